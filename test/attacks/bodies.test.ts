import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { MAX_BODY_BYTES } from '../../src/receiver/read-body.js';
import { nowSeconds, postLines, proof, request, statusesIn } from './requests.js';
import { startVictim, type Victim } from './under-attack/victim.js';

const MEGABYTE = 1024 * 1024;

/** Headers that look right until the body has been read: what a stranger can send. */
const lookingRight = () => [
  `x-zm-request-timestamp: ${nowSeconds()}`,
  `x-zm-signature: v0=${randomBytes(32).toString('hex')}`,
];

/** What bodies of strangers may take at most beside what the process takes anyway: twice the budget, for what is not collected yet. */
const MOST_MEMORY = 450 * MEGABYTE;

/** How much more memory the bridge takes at the worst moment of an attack than before. */
async function growth(victim: Victim, attack: () => Promise<unknown>): Promise<number> {
  const before = victim.memory() ?? 0;
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, victim.memory() ?? 0);
  }, 50);
  await attack();
  clearInterval(looking);
  return most - before;
}

const repeat = (times: number, together: number, attack: () => Promise<unknown>) =>
  Promise.all(
    Array.from({ length: together }, async () => {
      for (let round = 0; round < times / together; round += 1) await attack();
    }),
  );

test.serial(
  'bodies far over the limit, announced or not, are cut off, take little memory, and valid events pass',
  async (t) => {
    const victim = await startVictim(t);
    const chunk = Buffer.concat([
      Buffer.from('100000\r\n'),
      Buffer.alloc(MEGABYTE, 'x'),
      Buffer.from('\r\n'),
    ]);
    const statuses: number[] = [];
    const pour = async (head: Buffer, piece: Buffer) => {
      const { socket, text, closed } = await victim.dial();
      let open = true;
      void closed.then(() => {
        open = false;
      });
      socket.write(head);
      for (let sent = 0; open && sent < 64; sent += 1) {
        if (!socket.write(piece))
          await Promise.race([closed, new Promise((done) => socket.once('drain', done))]);
      }
      await Promise.race([closed, sleep(3_000)]);
      socket.destroy();
      statuses.push(...statusesIn(text()));
    };
    const announced = () => request(postLines(...lookingRight(), 'content-length: 68719476736'));
    const chunked = () => request(postLines(...lookingRight(), 'transfer-encoding: chunked'));
    const grown = await victim.under(t, () =>
      growth(victim, async () => {
        await repeat(12, 4, () => pour(announced(), Buffer.alloc(MEGABYTE)));
        await repeat(12, 4, () => pour(chunked(), chunk));
      }),
    );
    t.true(grown < MOST_MEMORY, `${Math.round(grown / MEGABYTE)} MiB more`);
    t.log(`${Math.round(grown / MEGABYTE)} MiB more at the worst moment`);
    t.true(statuses.length >= 12, 'most senders get to read the answer');
    t.deepEqual([...new Set(statuses)], [413]);
  },
);

test.serial(
  'small bodies that unpack to gigabytes are cut off at 8 MiB, one after the other, and valid events pass',
  async (t) => {
    const victim = await startVictim(t);
    const bomb = gzipSync(Buffer.alloc(512 * MEGABYTE), { level: 9 });
    t.true(bomb.length < MEGABYTE);
    const statuses: number[] = [];
    const grown = await victim.under(t, () =>
      growth(victim, () =>
        repeat(120, 12, async () => {
          const head = postLines(
            ...lookingRight(),
            'content-encoding: gzip',
            `content-length: ${bomb.length}`,
            'connection: close',
          );
          statuses.push(...statusesIn(await victim.exchange(request(head, bomb), 20_000)));
        }),
      ),
    );
    t.true(grown < MOST_MEMORY, `${Math.round(grown / MEGABYTE)} MiB more`);
    t.log(`${Math.round(grown / MEGABYTE)} MiB more at the worst moment`);
    t.deepEqual(
      [...new Set(statuses)].filter((status) => status !== 413 && status !== 503),
      [],
    );
    t.true(statuses.filter((status) => status === 413).length > 60, 'the rest is told to try again');
  },
);

test.serial(
  'a flood of bodies of just under 8 MiB with a wrong signature is refused, and valid events pass',
  async (t) => {
    const victim = await startVictim(t);
    const body = Buffer.alloc(MAX_BODY_BYTES - 1, '{');
    const statuses: number[] = [];
    const grown = await victim.under(t, () =>
      growth(victim, () =>
        repeat(60, 6, async () => {
          const head = postLines(...lookingRight(), `content-length: ${body.length}`, 'connection: close');
          statuses.push(...statusesIn(await victim.exchange(request(head, body), 20_000)));
        }),
      ),
    );
    t.true(grown < MOST_MEMORY, `${Math.round(grown / MEGABYTE)} MiB more`);
    t.log(`${Math.round(grown / MEGABYTE)} MiB more at the worst moment`);
    t.deepEqual(
      [...new Set(statuses)].filter((status) => status !== 401 && status !== 503),
      [],
    );
  },
);

test.serial(
  'hundreds of bodies that come a byte a moment, without end or that stop half way are cut off within the time for a request',
  async (t) => {
    const victim = await startVictim(t);
    const body = '{"event":"x.y"}';
    const head = request(postLines(...proof(body), 'content-length: 100000'));
    const endless = request(postLines(...proof(body), 'transfer-encoding: chunked'));
    const opened = Date.now();
    const cut = await victim.under(t, async () => {
      const strangers = await Promise.all(
        Array.from({ length: 300 }, async (_, index) => {
          const stranger = await victim.dial();
          stranger.socket.write(index % 3 === 0 ? endless : head);
          stranger.socket.write(index % 3 === 0 ? '1\r\nx\r\n' : 'x');
          return { ...stranger, trickles: index % 3 !== 2, piece: index % 3 === 0 ? '1\r\nx\r\n' : 'x' };
        }),
      );
      const trickling = setInterval(() => {
        for (const { socket, trickles, piece } of strangers)
          if (trickles && socket.writable) socket.write(piece);
      }, 500);
      await Promise.all(strangers.map(({ closed }) => closed));
      clearInterval(trickling);
      return Date.now() - opened;
    });
    t.log(`all were cut off after ${(cut / 1000).toFixed(1)} s`);
    t.true(cut > 10_000, 'an honest sender has time');
  },
);
