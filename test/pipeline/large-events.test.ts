import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Pipeline } from '../../src/pipeline/pipeline.js';
import { Spool } from '../../src/spool/spool.js';
import { WorkStore } from '../../src/spool/work-store.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { pointMaker } from './run-pipeline.js';

const url = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../src/${path}`, import.meta.url)));

/** Fills a spool with large call summaries and works on them, in a process whose memory is limited. */
const PROGRAM = `
  import { Spool } from ${url('spool/spool.js')};
  import { WorkStore } from ${url('spool/work-store.js')};
  import { Pipeline } from ${url('pipeline/pipeline.js')};
  import { PointMaker } from ${url('points/make-points.js')};
  const spool = new Spool(process.argv[1], 2 ** 34);
  const details = { bitrate: '63.8', avg_loss: '0.0', max_loss: '0.4', jitter: '8', network_delay: '23', mos: '4.4' };
  const start = Date.UTC(2026, 0, 15);
  for (let call = 0; call < 160; call += 1) {
    const qos = Array.from({ length: 6_000 }, (_, index) => ({ date_time: new Date(start + index * 5_000).toISOString(), type: 'sending', details }));
    const body = JSON.stringify({ event: 'phone.call_qos_summary', event_ts: start + call, payload: { account_id: 'a', object: { call_id: String(call), call_qos: [{ type: 'caller', qos }] } } });
    await spool.append(Buffer.from(body), Date.now());
  }
  let lines = 0;
  const pipeline = new Pipeline({
    store: new WorkStore(spool.tables, spool.owner),
    maker: new PointMaker({ inputDirection: 'sent', thresholds: { latencyMs: 150, jitterMs: 40, lossPct: 2, mos: 3.5 }, contextTags: [], privacy: 'full', shield: (value) => value, findSite: () => undefined }),
    delivery: { stop() {}, deliver: async (batch) => { lines += batch.length; return []; } },
    now: Date.now,
  });
  setInterval(() => { if (spool.counts().waiting === 0) pipeline.stop(); }, 50).unref();
  await pipeline.run();
  console.log(lines, spool.counts().written);
  process.exit(0);
`;

test('a backlog of call summaries of a megabyte each is written with little memory', (t) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=100', '--input-type=module', '-e', PROGRAM, tempFolder(t, 'large')],
    { encoding: 'utf8' },
  );
  t.is(status, 0, stderr.slice(-2_000));
  t.is(stdout.trim(), '960000 160');
});

test('events that have to be parsed to put them in order do not keep the thread from everything else', async (t) => {
  const MIB = 1024 * 1024;
  const spool = new Spool(tempFolder(t, 'unread'), 2 ** 34);
  const filling = 'x'.repeat(MIB);
  for (let count = 0; count < 200; count += 1)
    await spool.append(
      Buffer.from(JSON.stringify({ event: 'of.nobody', event_ts: 1_760_000_000_000 + count, filling })),
      Date.now(),
    );
  let atOnce = 0;
  let most = 0;
  class CountingStore extends WorkStore {
    override event(seq: number) {
      const event = super.event(seq);
      atOnce += event?.body.length ?? 0;
      most = Math.max(most, atOnce);
      return event;
    }
  }
  const turning = setInterval(() => {
    atOnce = 0;
    if (spool.counts().waiting === 0) pipeline.stop();
  }, 5);
  const pipeline: Pipeline = new Pipeline({
    store: new CountingStore(spool.tables, spool.owner),
    maker: pointMaker(),
    delivery: { stop() {}, deliver: async () => [] } as never,
    now: Date.now,
    settleMs: 0,
  });
  await pipeline.run();
  clearInterval(turning);
  t.is(spool.counts().ignored, 200);
  t.true(most <= 110 * MIB, `${Math.round(most / MIB)} MiB at once`);
  await spool.close();
});
