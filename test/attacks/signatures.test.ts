import { randomBytes } from 'node:crypto';
import test from 'ava';
import { signBody } from '../../src/zoom/signature.js';
import { BRIDGE_SECRET } from '../helpers/bridge-process.js';
import { nowSeconds, postLines, proof, request, signedPost, statusesIn } from './requests.js';
import { startVictim, type Victim } from './under-attack/victim.js';

const EVENT =
  '{"event":"meeting.started","event_ts":1760000061000,"payload":{"account_id":"a","object":{"id":"1"}}}';

/** Sends requests, so many at a time, and gives the statuses of the answers. */
async function sendAll(victim: Victim, requests: readonly Buffer[], together = 25): Promise<number[]> {
  const statuses: number[] = [];
  const queue = [...requests];
  const one = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop())
      statuses.push(...statusesIn(await victim.exchange(next, 20_000)));
  };
  await Promise.all(Array.from({ length: together }, one));
  return statuses;
}

const unproven = (lines: readonly string[], body = EVENT) =>
  request(postLines(...lines, `content-length: ${body.length}`, 'connection: close'), body);

const timestamp = (value: unknown) => `x-zm-request-timestamp: ${value}`;
const signature = (value: string) => `x-zm-signature: ${value}`;

/** A right signature, cut or changed in every place. */
function mutilated(): Buffer[] {
  const at = nowSeconds();
  const right = signBody(BRIDGE_SECRET, String(at), Buffer.from(EVENT));
  const changed = [...right].map((letter, index) => {
    const other = letter === '0' ? '1' : '0';
    return `${right.slice(0, index)}${other}${right.slice(index + 1)}`;
  });
  const cut = [...right].map((_, index) => right.slice(0, index));
  return [...changed.filter((it) => it !== right), ...cut].map((it) =>
    unproven([timestamp(at), signature(it)]),
  );
}

/** What somebody sends who has seen a signed event and does not know the secret. */
function borrowed(): Buffer[] {
  const at = nowSeconds();
  const other = EVENT.replace('"1"', '"2"');
  const own = proof(EVENT, at);
  return [
    unproven(own, other),
    unproven([timestamp(at + 1), ...own.slice(1)]),
    unproven([timestamp(`0${at}`), ...own.slice(1)]),
    unproven([timestamp(`+${at}`), ...own.slice(1)]),
    unproven([timestamp(`${at}.0`), ...own.slice(1)]),
    unproven(own, `${EVENT} `),
    unproven(own, EVENT.slice(0, -1)),
    // What is signed is `v0:time:body`: the border between time and body must not move.
    unproven([timestamp(`${at}:${EVENT.slice(0, 5)}`), ...own.slice(1)], EVENT.slice(5)),
    unproven([timestamp(String(at).slice(0, -1)), ...own.slice(1)], `${String(at).slice(-1)}:${EVENT}`),
  ];
}

test.serial('a flood of forged signatures is refused, and valid events pass', async (t) => {
  const victim = await startVictim(t);
  const forged = Array.from({ length: 2_000 }, () =>
    unproven([timestamp(nowSeconds()), signature(`v0=${randomBytes(32).toString('hex')}`)]),
  );
  const statuses = await victim.under(t, () => sendAll(victim, forged));
  t.deepEqual([...new Set(statuses)], [401]);
  t.is(statuses.length, forged.length);
});

test.serial('no signature that is cut, changed, stale or borrowed lets anything in', async (t) => {
  const victim = await startVictim(t);
  const stale = [-7_300, -86_400, -1e9, 400, 1e9].map((off) => signedPost(EVENT, nowSeconds() + off));
  const attacks = [...mutilated(), ...borrowed(), ...stale, unproven([]), unproven([signature('v0=')])];
  const statuses = await victim.under(t, () => sendAll(victim, attacks));
  t.deepEqual([...new Set(statuses)], [401]);
  t.is(statuses.length, attacks.length);
  const { receiver } = await victim.bridge.status();
  t.is(
    Object.values(receiver.rejected).reduce((sum, count) => sum + count, 0),
    attacks.length,
  );
  t.is(receiver.rejected['storage'], undefined);
});

test.serial(
  'an event that somebody has overheard and repeats a thousand times has no further effect',
  async (t) => {
    const victim = await startVictim(t);
    const overheard = signedPost(EVENT);
    const statuses = await victim.under(t, () =>
      sendAll(
        victim,
        Array.from({ length: 1_000 }, () => overheard),
      ),
    );
    t.deepEqual(
      [...new Set(statuses)],
      [204],
      "so are Zoom's own repetitions, which nobody can tell from these",
    );
    // What becomes of repetitions, and that they change no point, is shown in test/receiver/events and test/pipeline.
  },
);
