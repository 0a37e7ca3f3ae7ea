import test from 'ava';
import { Gathering } from '../../src/spool/gathering.js';

/** A clock that goes on only when it is told, so that a slow machine changes nothing. */
function stopped() {
  let at = 1_000;
  const clock = () => at;
  return {
    gathering: new Gathering(clock),
    pass: (ms: number) => {
      at += ms;
    },
  };
}

/** Whether a commit for so many events begins before anything else happens, timers included. */
async function beginsAtOnce(gathering: Gathering, waiting: number): Promise<boolean> {
  let begun = false;
  const beginning = gathering.until(waiting).then(() => {
    begun = true;
  });
  await Promise.resolve();
  await Promise.resolve();
  const atOnce = begun;
  await beginning;
  return atOnce;
}

test('who sends one event after the other is never waited for', async (t) => {
  const { gathering } = stopped();
  for (let count = 0; count < 20; count += 1) {
    t.true(await beginsAtOnce(gathering, 1));
    gathering.ended(1, 0);
  }
});

test('of many senders half are enough, and fewer wait for others, but not for ever', async (t) => {
  const { gathering } = stopped();
  t.true(await beginsAtOnce(gathering, 32));
  gathering.ended(32, 32);
  t.true(await beginsAtOnce(gathering, 32));
  gathering.ended(32, 10);
  t.false(await beginsAtOnce(gathering, 10));
});

test('the event that makes it enough begins the commit', async (t) => {
  const { gathering } = stopped();
  await gathering.until(8);
  gathering.ended(8, 0);
  let begun = false;
  const beginning = gathering.until(1).then(() => {
    begun = true;
  });
  gathering.came(3);
  await Promise.resolve();
  await Promise.resolve();
  t.false(begun);
  gathering.came(4);
  await Promise.resolve();
  await Promise.resolve();
  t.true(begun);
  await beginning;
});

test('after a pause nothing is waited for', async (t) => {
  const { gathering, pass } = stopped();
  await gathering.until(100);
  gathering.ended(100, 0);
  pass(50);
  t.true(await beginsAtOnce(gathering, 1));
});

test('many senders that have gone are forgotten', async (t) => {
  const { gathering } = stopped();
  gathering.ended(64, 0);
  for (let count = 0; count < 300; count += 1) gathering.ended(1, 0);
  await gathering.until(1);
  t.true(await beginsAtOnce(gathering, 1));
});
