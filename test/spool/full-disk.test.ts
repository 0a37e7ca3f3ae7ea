import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Spool, SpoolError } from '../../src/spool/spool.js';
import { DiskFullError } from '../../src/spool/storage-failure.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { smallDisk } from '../helpers/small-disk.js';

/** Appends until that fails; says how many went in. */
async function fill(
  t: ExecutionContext,
  spool: Spool,
  together: number,
): Promise<{ stored: number; error: SpoolError }> {
  for (let stored = 0; ; ) {
    const tries = Array.from({ length: together }, () => spool.append(Buffer.alloc(3_000, 'x'), 1));
    const results = await Promise.allSettled(tries);
    stored += results.filter(({ status }) => status === 'fulfilled').length;
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) continue;
    if (failed.reason instanceof SpoolError) return { stored, error: failed.reason };
    t.fail(String(failed.reason));
  }
}

for (const together of [1, 20])
  test.serial(
    `on a full disk events are refused with the reason, ${together} at a time, until there is room again`,
    async (t) => {
      const dataDir = smallDisk(t);
      if (dataDir === undefined) return;
      const ballast = join(dataDir, 'ballast');
      writeFileSync(ballast, Buffer.alloc(20_000_000));
      const spool = new Spool(dataDir, 2 ** 40);
      t.teardown(() => spool.close());
      const { stored, error } = await fill(t, spool, together);
      t.is(error.code, 'spool_failed');
      t.is(
        error.message,
        `the disk of DATA_DIR is full: less than 64 MiB are left at ${join(dataDir, 'spool')}`,
      );
      t.is(spool.failure, error.message);
      t.true(stored > 1_000, `${stored} stored`);
      t.is(spool.counts().accepted, stored);
      t.is(spool.counts().waiting, stored);
      for (let round = 0; round < 3; round += 1)
        await t.throwsAsync(spool.append(Buffer.alloc(3_000), 1), { instanceOf: SpoolError });
      t.is(spool.counts().accepted, stored, 'what was refused is not there');

      rmSync(ballast);
      await Promise.all(Array.from({ length: 10 }, () => spool.append(Buffer.alloc(3_000, 'y'), 1)));
      t.is(spool.failure, undefined);
      t.is(spool.counts().accepted, stored + 10);

      const store = new WorkStore(spool.tables);
      store.refresh();
      const bodies = [...store.eventsAfter(0, 100_000)].map(({ body }) => body.toString().slice(0, 1));
      t.is(bodies.join(''), 'x'.repeat(stored) + 'y'.repeat(10), 'all that was acknowledged can be read');
    },
  );

test.serial(
  'taking events out of a full disk goes on until the disk is full to the brim, and after there is room again',
  async (t) => {
    const dataDir = smallDisk(t);
    if (dataDir === undefined) return;
    const ballast = join(dataDir, 'ballast');
    writeFileSync(ballast, Buffer.alloc(20_000_000));
    const spool = new Spool(dataDir, 2 ** 40);
    t.teardown(() => spool.close());
    const { stored } = await fill(t, spool, 1);
    const store = new WorkStore(spool.tables);
    const drain = () => {
      store.refresh();
      const seqs = [...store.eventsAfter(0, 200)].map(({ seq }) => seq);
      store.setPlan(seqs);
      store.commit({
        seqs,
        outcomes: { written: seqs.length, repeated: 0, ignored: 0, quarantined: 0 },
        seen: new Map(),
        context: new Map(),
        quarantine: [],
        nowMs: 1,
      });
      return seqs.length;
    };
    t.is(drain(), 200, 'what is kept free for it is enough');
    writeFileSync(join(dataDir, 'other'), Buffer.alloc(52_000_000));
    t.throws(drain, { instanceOf: DiskFullError, message: /the disk of DATA_DIR is full/ });
    const { accepted, written, waiting } = spool.counts();
    t.deepEqual([accepted, written, waiting], [stored, 200, stored - 200], 'nothing is half done');
    rmSync(join(dataDir, 'other'));
    rmSync(ballast);
    while (drain() > 0);
    t.is(spool.counts().waiting, 0);
    t.is(spool.counts().written, stored);
    await spool.append(Buffer.from('{}'), 1);
    t.is(spool.counts().waiting, 1);
  },
);
