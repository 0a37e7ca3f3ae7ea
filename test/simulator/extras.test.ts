import test from 'ava';
import { createAccount } from '../../src/simulator/account.js';
import { type Posting, withExtras } from '../../src/simulator/extras.js';
import { firstMinutes, START } from './stories.js';

const account = createAccount({ startTime: START, participants: 60, meetings: 6 });
const events = firstMinutes(account, 30);

function extras(options: { seed?: number; duplicates?: number; unknown?: number }): Posting[] {
  return [...withExtras(events, { seed: 1, duplicates: 0, unknown: 0, people: account.staff, ...options })];
}

test('without shares nothing is added', (t) => {
  t.deepEqual(
    extras({}).map(({ event }) => event),
    events.map(({ event }) => event),
  );
});

test('a share of the events comes twice, the second some events later and never before the first', (t) => {
  const postings = extras({ duplicates: 0.1 });
  const repeats = postings.filter(({ isRepeat }) => isRepeat);
  t.true(repeats.length > 0.06 * events.length && repeats.length < 0.14 * events.length);
  postings.forEach(({ event, isRepeat }, index) => {
    if (isRepeat) t.true(postings.findIndex((other) => other.event === event) < index);
  });
  t.is(postings.length, events.length + repeats.length);
});

test('a share of 1 repeats everything but the URL validation, once', (t) => {
  t.is(extras({ duplicates: 1 }).length, 2 * events.length - 1);
});

test('unknown events are of the account and have people’s ids', (t) => {
  const unknown = extras({ unknown: 0.1 }).filter(
    ({ event }) => event.event === 'user.presence_status_updated',
  );
  t.true(unknown.length > 20);
  for (const { event, at } of unknown) {
    t.is(event.event_ts, at);
    t.like(event.payload, { account_id: account.accountId });
  }
});

test('the extras follow from the seed', (t) => {
  const shares = { duplicates: 0.05, unknown: 0.05 };
  t.deepEqual(extras({ seed: 4, ...shares }), extras({ seed: 4, ...shares }));
  t.notDeepEqual(extras({ seed: 4, ...shares }), extras({ seed: 5, ...shares }));
});
