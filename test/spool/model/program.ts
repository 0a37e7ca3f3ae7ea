import { META } from '../../../src/spool/counts.js';
import { whenSeen } from '../../../src/spool/packed-seen.js';
import { Quarantine } from '../../../src/spool/quarantine.js';
import type { QuarantineItem } from '../../../src/spool/quarantine-item.js';
import { contentHash, seenKey } from '../../../src/spool/seen.js';
import { Spool } from '../../../src/spool/spool.js';
import { WorkStore } from '../../../src/spool/work-store.js';
import { outcomeOf, type State, type Step, type StepResult } from './steps.js';

// A process that has a spool open and does to it what it is told, one step at a time.

const [dataDir = '', maxBytes = '0'] = process.argv.slice(2);
const spool = new Spool(dataDir, Number(maxBytes));
const store = new WorkStore(spool.tables, spool.owner);
const quarantine = new Quarantine(spool.tables);

const bodyOf = (name: number, bytes: number) => Buffer.from(String(name).padEnd(bytes, '.'));

function firstWaiting(count: number): { seq: number; body: Buffer; receivedMs: number }[] {
  store.refresh();
  return [...store.eventsAfter(0, count)];
}

async function append(step: Extract<Step, { do: 'append' }>): Promise<boolean[]> {
  const tries = step.events.map(({ name, bytes }) => spool.append(bodyOf(name, bytes), name));
  return (await Promise.allSettled(tries)).map(({ status }) => status === 'fulfilled');
}

function commit(count: number): void {
  const events = firstWaiting(count);
  const outcomes = { written: 0, repeated: 0, ignored: 0, quarantined: 0 };
  const items: QuarantineItem[] = [];
  for (const { seq, body, receivedMs } of events) {
    const outcome = outcomeOf(seq);
    outcomes[outcome === 'written_with_copy' ? 'written' : outcome] += 1;
    if (outcome === 'quarantined' || outcome === 'written_with_copy')
      items.push({
        kind: outcome === 'quarantined' ? 'event' : 'values',
        reason: 'not_json',
        at: 1,
        name: 'event',
        detail: 'why',
        seq,
        receivedMs,
        content: Buffer.from(body),
      });
  }
  store.commit({
    seqs: events.map(({ seq }) => seq),
    outcomes,
    seen: new Map(
      events.map(({ seq }) => [
        seenKey(0, String(seq)),
        { receivedMs: seq, events: [{ hash: contentHash(Buffer.from(String(seq))) }] },
      ]),
    ),
    context: new Map(events.map(({ seq }) => [`p|${seq}`, { device: [[seq, 'Windows']] }])),
    quarantine: items,
    nowMs: 1,
  });
}

async function take(step: Step): Promise<StepResult> {
  const bytesBefore = spool.bytes();
  let stored: boolean[] | undefined;
  switch (step.do) {
    case 'append':
      stored = await append(step);
      break;
    case 'plan':
      store.setPlan(firstWaiting(step.count).map(({ seq }) => seq));
      break;
    case 'commit':
      commit(step.count);
      break;
    case 'ask_retry':
      quarantine.retry({});
      break;
    case 'take_retries':
      store.refresh();
      store.takeRetries();
      break;
    case 'drop': {
      const [oldest] = [...quarantine.list({}, 1)];
      if (oldest !== undefined) quarantine.drop({ ids: [oldest.id] });
    }
  }
  return { bytesBefore, bytesAfter: spool.bytes(), ...(stored === undefined ? {} : { stored }) };
}

function state(): State {
  const { root, meta, seen, context } = spool.tables;
  root.resetReadTxn();
  const ascending = (numbers: number[]) => numbers.sort((left, right) => left - right);
  return {
    counts: spool.counts(),
    waiting: [...store.eventsAfter(0, 1_000_000)].map(({ seq, receivedMs, again, body }) => {
      const whole = body.equals(bodyOf(receivedMs, body.length));
      return [seq, whole ? receivedMs : -1, body.length, again] as const;
    }),
    plan: store.plan(),
    quarantine: [...quarantine.list()].map(({ id, kind, seq }) => [id, kind, seq] as const),
    retry: (meta.get(META.retry) ?? []) as readonly number[],
    seen: ascending([...seen.getRange()].map(({ value }) => whenSeen(value) ?? -1)),
    context: ascending([...context.getKeys()].map((key) => Number(key.slice(2)))),
  };
}

process.on('message', (message: Step | { readonly do: 'state' } | { readonly do: 'close' }) => {
  const answer = async () => {
    switch (message.do) {
      case 'state':
        return state();
      case 'close':
        await spool.close();
        return undefined;
      default:
        return await take(message);
    }
  };
  void answer().then(
    (result) => process.send?.({ result }, () => (message.do === 'close' ? process.exit(0) : undefined)),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(1));
process.send?.({ result: spool.setAside ?? null });
