import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { signBody } from '../../../src/zoom/signature.js';
import { reading } from '../../e2e/reading.js';
import { BRIDGE_SECRET } from '../../helpers/bridge-process.js';

// Posts valid events to a bridge, and the same to a bare server, in a process of its own, so that whatever attacks the bridge does not
// hold up the clock.

/** One valid event: how long the bridge took to acknowledge it, and a bare server at the same moment, ms. */
export type Beat = {
  readonly at: number;
  readonly status: number | string;
  readonly bridgeMs: number;
  readonly bareMs: number;
  /** How long the bridge's main thread had work and no processor meanwhile, ms; 0 where the system does not tell. */
  readonly starvedMs: number;
};

/** Pause between two events. */
const EVERY_MS = 100;

/** Where no answer has come by then, none is waited for. */
const GIVE_UP_MS = 10_000;

const [bridge = '', bare = '', first = '0', pid = ''] = process.argv.slice(2);

function post(url: string, number: number): Promise<{ status: number | string; ms: number }> {
  const body = Buffer.from(JSON.stringify({ ...reading(number), event_ts: Date.now() }));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'x-zm-request-timestamp': timestamp,
    'x-zm-signature': signBody(BRIDGE_SECRET, timestamp, body),
  };
  const since = performance.now();
  return new Promise((resolve) => {
    const end = (status: number | string) => resolve({ status, ms: performance.now() - since });
    // A connection of its own: the way in is part of what has to work.
    const posting = request(url, { method: 'POST', headers, agent: new Agent(), timeout: GIVE_UP_MS });
    posting.on('response', (response) => {
      response.resume();
      response.once('end', () => end(response.statusCode ?? 0));
      response.once('error', (error) => end(error.message));
    });
    posting.once('timeout', () => posting.destroy(new Error('no answer')));
    posting.once('error', (error) => end(error.message));
    posting.end(body);
  });
}

/** How long the bridge's main thread has waited for a processor since its start, ms. Linux only. */
function starved(): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

async function beat(number: number): Promise<Beat> {
  const at = Date.now();
  const before = starved();
  const toBare = post(bare, number);
  const { status, ms } = await post(bridge, number);
  const starvedMs = starved() - before;
  return { at, status, bridgeMs: ms, bareMs: (await toBare).ms, starvedMs };
}

let beating = true;
const beats: Promise<Beat>[] = [];
process.once('message', () => {
  beating = false;
});
process.once('disconnect', () => process.exit(0));
for (let number = Number(first); beating; number += 1) {
  beats.push(beat(number));
  // The next one comes in its time, whether this one is answered or not, as from Zoom.
  await sleep(EVERY_MS);
  if (beats.length === 1) process.send?.('beating');
}
process.send?.(await Promise.all(beats));
