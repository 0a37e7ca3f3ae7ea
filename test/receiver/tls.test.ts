import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { createReceiver } from '../../src/receiver/app.js';
import { type Listening, listen } from '../../src/receiver/listen.js';
import { ReceiverStats } from '../../src/receiver/receiver-stats.js';
import { readSettings } from '../../src/settings/read-settings.js';
import { type RecordingLog, recordingLog } from '../helpers/recording-log.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';
import { B1, PATH, SECRET, T, zoomHeaders } from '../helpers/webhook.js';

type Pair = { readonly certFile: string; readonly keyFile: string };

/** Makes a self-signed certificate for a name, as an administrator would. */
function makeCertificate(folder: string, name: string): Pair {
  const certFile = join(folder, `${name}.pem`);
  const keyFile = join(folder, `${name}-key.pem`);
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...[
        '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=DNS:${name}`,
        '-keyout',
        keyFile,
        '-out',
        certFile,
      ],
    ],
    { stdio: 'ignore' },
  );
  return { certFile, keyFile };
}

type TlsServer = { readonly listening: Listening; readonly log: RecordingLog; readonly stored: Buffer[] };

async function startTls(
  t: ExecutionContext,
  tls: Pair,
  timeouts?: { headersMs: number; requestMs: number; checkEveryMs: number },
): Promise<TlsServer> {
  const log = recordingLog();
  const stored: Buffer[] = [];
  const receiver = createReceiver({
    settings: readSettings({ ZOOM_SECRET_TOKEN: SECRET }),
    append: async (body) => {
      stored.push(body);
    },
    stats: new ReceiverStats(),
    log,
    now: () => T * 1000,
  });
  const options = {
    host: '127.0.0.1',
    port: 0,
    settingNames: ['HOST', 'PORT'] as const,
    tls,
    log,
    timeouts,
    certificateEveryMs: 50,
  };
  const listening = await listen(receiver.callback(), options);
  t.teardown(() => listening.close(0));
  return { listening, log, stored };
}

/** Posts an event, and tells its answer, the certificate's name and the connection. */
function post(
  port: number,
  agent = new Agent({ rejectUnauthorized: false }),
): Promise<{ status: number; name: string; localPort: number }> {
  return new Promise((resolve, reject) => {
    const body = Buffer.from(B1);
    const headers = [...zoomHeaders(body), 'content-length', String(body.length)];
    const outgoing = request(
      { host: '127.0.0.1', port, path: PATH, method: 'POST', agent, headers },
      (incoming) => {
        const socket = incoming.socket as TLSSocket;
        const reply = {
          status: incoming.statusCode ?? 0,
          name: String(socket.getPeerCertificate().subject.CN),
          localPort: socket.localPort ?? 0,
        };
        incoming.resume().once('end', () => resolve(reply));
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Tries a handshake in one version; gives the version that was agreed on. */
function shake(port: number, version: SecureVersion): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('an event posted by HTTPS is accepted, and the address says https', async (t) => {
  const { listening, stored } = await startTls(t, makeCertificate(await tempFolder(t), 'one.example.com'));
  t.regex(listening.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  t.is((await post(listening.port)).status, 204);
  t.deepEqual(stored.map(String), [B1]);
});

test('TLS 1.2 and 1.3 are spoken, older versions refused, also after the certificate was renewed', async (t) => {
  const folder = await tempFolder(t);
  const pair = makeCertificate(folder, 'one.example.com');
  const { listening, log } = await startTls(t, pair);
  const check = async () => {
    t.is(await shake(listening.port, 'TLSv1.2'), 'TLSv1.2');
    t.is(await shake(listening.port, 'TLSv1.3'), 'TLSv1.3');
    await t.throwsAsync(shake(listening.port, 'TLSv1.1'), {
      message: /protocol version|unsupported protocol/,
    });
    await t.throwsAsync(shake(listening.port, 'TLSv1'), { message: /protocol version|unsupported protocol/ });
  };
  await check();
  const next = makeCertificate(folder, 'two.example.com');
  await rename(next.keyFile, pair.keyFile);
  await rename(next.certFile, pair.certFile);
  await until('the new certificate', () => log.entries.some(({ level }) => level === 'info'));
  await check();
});

test('plain HTTP on the HTTPS port is refused without harm', async (t) => {
  const { listening, log } = await startTls(t, makeCertificate(await tempFolder(t), 'one.example.com'));
  await t.throwsAsync(fetch(`http://127.0.0.1:${listening.port}${PATH}`, { method: 'POST', body: B1 }));
  t.is((await post(listening.port)).status, 204);
  t.deepEqual(log.entries, []);
});

test('a handshake that stops half way is cut off', async (t) => {
  const quick = { headersMs: 300, requestMs: 600, checkEveryMs: 50 };
  const { listening } = await startTls(t, makeCertificate(await tempFolder(t), 'one.example.com'), quick);
  const socket = dial(listening.port, '127.0.0.1');
  socket.write(Buffer.from('1603010200', 'hex'));
  const from = performance.now();
  await new Promise((resolve) => socket.once('close', resolve).on('error', () => {}));
  t.true(performance.now() - from < 8000);
});

const RENEWALS: readonly [title: string, renew: (pair: Pair, next: Pair, folder: string) => Promise<void>][] =
  [
    [
      'written over',
      async (pair, next) => {
        await copyFile(next.keyFile, pair.keyFile);
        await copyFile(next.certFile, pair.certFile);
      },
    ],
    [
      'put in place by renaming',
      async (pair, next) => {
        await rename(next.certFile, pair.certFile);
        await rename(next.keyFile, pair.keyFile);
      },
    ],
    [
      'renewed with a pause between certificate and key',
      async (pair, next) => {
        await copyFile(next.certFile, pair.certFile);
        await sleep(300);
        await copyFile(next.keyFile, pair.keyFile);
      },
    ],
    [
      'removed and made again',
      async (pair, next) => {
        await rm(pair.certFile);
        await rm(pair.keyFile);
        await sleep(300);
        await copyFile(next.certFile, pair.certFile);
        await copyFile(next.keyFile, pair.keyFile);
      },
    ],
  ];

for (const [title, renew] of RENEWALS)
  test(`a certificate that is ${title} is used for new connections, and an open one goes on`, async (t) => {
    const folder = await tempFolder(t);
    const pair = makeCertificate(folder, 'one.example.com');
    const next = makeCertificate(folder, 'two.example.com');
    const { listening } = await startTls(t, pair);
    const open = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    t.teardown(() => open.destroy());
    const before = await post(listening.port, open);
    t.is(before.name, 'one.example.com');
    await renew(pair, next, folder);
    await until(
      'the new certificate',
      async () => (await post(listening.port)).name === 'two.example.com',
      15_000,
    );
    const after = await post(listening.port, open);
    t.deepEqual(after, { status: 204, name: 'one.example.com', localPort: before.localPort });
  });

for (const [title, swap] of [
  ['whose link is turned to the new files', 'link'],
  ['behind a link whose target is written over', 'target'],
  ['in a folder that is exchanged as a whole', 'folder'],
] as const)
  test(`a certificate ${title} is used for new connections`, async (t) => {
    const folder = await tempFolder(t);
    for (const name of ['live', 'old', 'new']) await mkdir(join(folder, name));
    const made = makeCertificate(join(folder, 'old'), 'one.example.com');
    const next = makeCertificate(join(folder, 'new'), 'two.example.com');
    await rename(made.certFile, join(folder, 'old/cert.pem'));
    await rename(made.keyFile, join(folder, 'old/key.pem'));
    await rename(next.certFile, join(folder, 'new/cert.pem'));
    await rename(next.keyFile, join(folder, 'new/key.pem'));
    const live = join(folder, 'live');
    if (swap === 'link' || swap === 'target') {
      await symlink(join(folder, 'old/cert.pem'), join(live, 'cert.pem'));
      await symlink(join(folder, 'old/key.pem'), join(live, 'key.pem'));
    } else {
      await rm(live, { recursive: true });
      await symlink(join(folder, 'old'), live);
    }
    const { listening } = await startTls(t, {
      certFile: join(live, 'cert.pem'),
      keyFile: join(live, 'key.pem'),
    });
    t.is((await post(listening.port)).name, 'one.example.com');
    if (swap === 'folder') {
      await symlink(join(folder, 'new'), join(folder, 'next'));
      await rename(join(folder, 'next'), live);
    } else
      for (const file of ['cert.pem', 'key.pem'])
        if (swap === 'target') await copyFile(join(folder, 'new', file), join(folder, 'old', file));
        else {
          await symlink(join(folder, 'new', file), join(live, 'next'));
          await rename(join(live, 'next'), join(live, file));
        }
    await until(
      'the new certificate',
      async () => (await post(listening.port)).name === 'two.example.com',
      15_000,
    );
  });

for (const [title, spoil] of [
  ['is no PEM', (pair: Pair) => writeFile(pair.certFile, 'not a certificate\n')],
  ['is empty', (pair: Pair) => writeFile(pair.certFile, '')],
  ['has no key', (pair: Pair) => rm(pair.keyFile)],
  ['has another key', (pair: Pair, other: Pair) => copyFile(other.keyFile, pair.keyFile)],
] as const)
  test(`a new certificate that ${title} is not used: the old one stays, and the log says so once`, async (t) => {
    const folder = await tempFolder(t);
    const pair = makeCertificate(folder, 'one.example.com');
    const other = makeCertificate(folder, 'two.example.com');
    const { listening, log } = await startTls(t, pair);
    await spoil(pair, other);
    await until('a line in the log', () => log.entries.some(({ level }) => level === 'error'));
    await sleep(300);
    t.is((await post(listening.port)).name, 'one.example.com');
    t.is(log.entries.length, 1);
    t.regex(log.entries[0]?.message ?? '', /the old one stays/);
    t.is(log.entries[0]?.details['file'], pair.certFile);
    await copyFile(other.certFile, pair.certFile);
    await copyFile(other.keyFile, pair.keyFile);
    await until('a usable one', async () => (await post(listening.port)).name === 'two.example.com', 15_000);
  });

test('other files that change in the folder of the certificate cause nothing', async (t) => {
  const folder = await tempFolder(t);
  const pair = makeCertificate(folder, 'one.example.com');
  const { log } = await startTls(t, pair);
  for (let count = 0; count < 10; count += 1) {
    await writeFile(join(folder, 'other.log'), String(count));
    await sleep(50);
  }
  await sleep(600);
  t.deepEqual(log.entries, []);
});
