import { contentHash, seenKey } from '../../src/spool/seen.js';
import type { Spool } from '../../src/spool/spool.js';
import { type Commit, WorkStore } from '../../src/spool/work-store.js';

/** How many events {@link appendSome} appends. */
export const SOME = 40;

/** Appends small events, which lie beside others in a page, and larger ones, which lie on pages of their own. */
export async function appendSome(spool: Spool): Promise<void> {
  const bytes = [200, 2_600, 900, 9_000];
  await Promise.all(
    Array.from({ length: SOME }, (_, index) => spool.append(eventOf(bytes[index % bytes.length] ?? 0), 1)),
  );
}

function eventOf(bytes: number): Buffer {
  return Buffer.from(JSON.stringify({ event: 'meeting.started', filling: 'x'.repeat(bytes) }));
}

/** Whether an event of {@link appendSome} is as it was. */
export function isWhole(body: Buffer): boolean {
  return /^\{"event":"meeting\.started","filling":"x+"\}$/.test(body.toString('latin1'));
}

/** Takes events out as written ones that leave something behind in every table. */
export function commitOf(seqs: readonly number[]): Commit {
  return {
    seqs,
    outcomes: { written: seqs.length, repeated: 0, ignored: 0, quarantined: 0 },
    seen: new Map(
      seqs.map((seq) => [
        seenKey(seq * 60_000, String(seq)),
        { receivedMs: 1, events: [{ hash: contentHash(Buffer.from(String(seq))) }] },
      ]),
    ),
    context: new Map(seqs.map((seq) => [`p|${seq}`, { device: [[seq, 'Windows']] }])),
    quarantine: seqs
      .filter((seq) => seq % 10 === 0)
      .map((seq) => ({
        kind: 'values',
        reason: 'unreadable_value',
        at: 1,
        name: 'meeting.started',
        detail: 'why',
        seq,
        receivedMs: 1,
        content: eventOf(3_000),
      })),
    nowMs: 1,
  };
}

/** Appends in many commits, and takes some out again, so that the file has free pages, too. */
export async function fillSpool(spool: Spool): Promise<void> {
  const store = new WorkStore(spool.tables);
  for (let round = 0; round < 12; round += 1) {
    await appendSome(spool);
    if (round % 3 !== 2) continue;
    store.refresh();
    store.commit(commitOf([...store.eventsAfter(0, SOME)].map(({ seq }) => seq)));
  }
}
