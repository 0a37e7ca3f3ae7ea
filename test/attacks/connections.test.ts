import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { connectionLimit } from '../../src/receiver/connection-limit.js';
import { until } from '../helpers/until.js';
import { postLines, proof, request, signedPost, statusesIn } from './requests.js';
import { type Dialled, startVictim, type Victim } from './under-attack/victim.js';

/** Ten thousand, or as many as this process and the bridge may have open with some left for others. */
const MANY = Math.min(10_000, (connectionLimit() ?? 10_000) - 500);

/** In so many lots connections are opened that each send a request. */
const LOTS = 40;

const EVENT = '{"event":"meeting.started"}';

/** Opens connections, a few hundred at a time, as many as there can be; says what each is to send at once. */
async function open(
  victim: Victim,
  count: number,
  say: (index: number) => Buffer | undefined,
): Promise<Dialled[]> {
  const connections: Dialled[] = [];
  for (let from = 0; from < count; from += 250) {
    const some = await Promise.all(Array.from({ length: Math.min(250, count - from) }, () => victim.dial()));
    for (const [index, connection] of some.entries()) {
      const bytes = say(from + index);
      if (bytes !== undefined) connection.socket.write(bytes);
      connections.push(connection);
    }
  }
  return connections;
}

const stillOpen = (connections: readonly Dialled[]) =>
  connections.filter(({ socket }) => !socket.destroyed && socket.readyState === 'open').length;

async function allClosed(t: ExecutionContext, connections: readonly Dialled[], withinMs: number) {
  const closed = await Promise.race([
    Promise.all(connections.map((it) => it.closed)).then(() => true),
    sleep(withinMs, false, { ref: false }),
  ]);
  t.true(closed, `${stillOpen(connections)} of ${connections.length} are still open`);
}

test.serial('10,000 connections on which nothing comes are cut off, and valid events pass', async (t) => {
  const victim = await startVictim(t);
  await victim.under(t, async () => {
    const idle = await open(victim, MANY, () => undefined);
    t.is(idle.length, MANY);
    t.log(`${MANY} connections`);
    t.true(stillOpen(idle) > MANY / 10, 'they are there together');
    await allClosed(t, idle, 60_000);
  });
});

test.serial('10,000 connections that were used once and are kept are no obstacle', async (t) => {
  const victim = await startVictim(t);
  await victim.under(t, async () => {
    const hello = request(['GET /healthz HTTP/1.1', 'host: x']);
    const idle: Dialled[] = [];
    const answered = () => idle.filter(({ text }) => text().startsWith('HTTP/1.1 200 ')).length;
    // One lot after the other is answered: ten thousand requests at once would only show how fast this machine is.
    for (let lot = 1; lot <= LOTS; lot += 1) {
      idle.push(...(await open(victim, Math.ceil(MANY / LOTS), () => hello)));
      await until(
        'nearly all of them are answered',
        async () => answered() > (lot * MANY * 0.9) / LOTS,
        20_000,
      );
    }
    t.true(stillOpen(idle) > MANY * 0.9, 'they are there together');
    for (const { socket } of idle) socket.destroy();
  });
});

test.serial(
  'heads that come a letter a moment, or never end, are cut off, and valid events pass',
  async (t) => {
    const victim = await startVictim(t);
    await victim.under(t, async () => {
      const slow = await open(victim, 500, (index) =>
        Buffer.from(index % 2 === 0 ? 'POST ' : `${postLines(...proof(EVENT)).join('\r\n')}\r\n`),
      );
      const trickling = setInterval(() => {
        for (const [index, { socket }] of slow.entries())
          if (socket.writable) socket.write(index % 2 === 0 ? '/' : `x-${index}: y\r\n`);
      }, 500);
      await allClosed(t, slow, 45_000);
      clearInterval(trickling);
    });
  },
);

test.serial(
  'senders that close their half, break off, or never read are forgotten, and valid events pass',
  async (t) => {
    const victim = await startVictim(t);
    await victim.under(t, async () => {
      for (let round = 0; round < 5; round += 1) {
        const strangers = await open(victim, 300, (index) =>
          index % 3 === 0 ? signedPost(EVENT).subarray(0, 200) : signedPost(EVENT),
        );
        for (const [index, { socket }] of strangers.entries())
          if (index % 3 === 0) socket.end();
          else if (index % 3 === 1) socket.resetAndDestroy();
          else socket.pause();
        await sleep(200);
        for (const { socket } of strangers) socket.destroy();
      }
      // Thousands of requests on one connection, of whose answers none is read.
      const { socket } = await victim.dial();
      socket.pause();
      const one = request(['GET /healthz HTTP/1.1', 'host: x']);
      const many = Buffer.concat(Array.from({ length: 2_000 }, () => one));
      for (let sent = 0; sent < 20 && socket.writable; sent += 1) {
        socket.write(many);
        await sleep(50);
      }
      socket.destroy();
    });
    const { receiver } = await victim.bridge.status();
    t.is(receiver.rejected['storage'], undefined);
  },
);

test.serial('floods of headers are refused, and valid events pass', async (t) => {
  const victim = await startVictim(t);
  const statuses: number[] = [];
  const floods = [
    request(postLines(...Array.from({ length: 5_000 }, (_, index) => `x-${index}: y`))),
    request(postLines(...Array.from({ length: 900 }, () => 'x-zm-signature: v0='))),
    request(postLines(`x: ${'y'.repeat(1_000_000)}`)),
    request(postLines(`${'x'.repeat(1_000_000)}: y`)),
    request(postLines(`cookie: ${'a=b; '.repeat(3_000)}`)),
    request([`POST /${'x'.repeat(1_000_000)} HTTP/1.1`, 'host: x']),
    request([`${'X'.repeat(100_000)} / HTTP/1.1`, 'host: x']),
  ];
  await victim.under(t, async () => {
    for (let round = 0; round < 30; round += 1)
      for (const text of await Promise.all(floods.map((flood) => victim.exchange(flood, 4_000))))
        statuses.push(...statusesIn(text));
  });
  t.deepEqual(
    [...new Set(statuses)].filter((status) => status < 400 || status >= 500),
    [],
  );
});

test.serial(
  'a signed event among as many headers as go through is accepted: the proof is found',
  async (t) => {
    const victim = await startVictim(t);
    const lines = [
      ...Array.from({ length: 300 }, (_, index) => `x-${index}: y`),
      ...proof(EVENT),
      ...Array.from({ length: 300 }, (_, index) => `y-${index}: y`),
      `content-length: ${EVENT.length}`,
      'connection: close',
    ];
    t.deepEqual(statusesIn(await victim.exchange(request(postLines(...lines), EVENT))), [204]);
  },
);
