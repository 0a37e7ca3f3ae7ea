import { execFile } from 'node:child_process';
import { copyFileSync, renameSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { signBody } from '../../src/zoom/signature.js';
import { type Authority, makeAuthority, type Pair } from '../doctor/certificates.js';
import { reading } from '../e2e/reading.js';
import { BRIDGE_SECRET, type BridgeProcess, startBridgeProcess } from '../helpers/bridge-process.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { until } from '../helpers/until.js';

type Secure = {
  readonly bridge: BridgeProcess;
  readonly port: number;
  readonly authority: Authority;
  /** The files that the bridge reads. */
  readonly live: Pick<Pair, 'certFile' | 'keyFile'>;
};

/** The real executable with HTTPS by itself. InfluxDB is away, which has nothing to do with it. */
async function startSecure(t: ExecutionContext): Promise<Secure> {
  t.timeout(300_000);
  const authority = makeAuthority(t);
  const issued = await authority.issue({ name: 'localhost' });
  const folder = tempFolder(t, 'tls');
  const live = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  copyFileSync(issued.certFile, live.certFile);
  copyFileSync(issued.keyFile, live.keyFile);
  const bridge = await startBridgeProcess(t, {
    TLS_CERT_FILE: live.certFile,
    TLS_KEY_FILE: live.keyFile,
    INFLUX_URL: 'http://127.0.0.1:9',
    INFLUX_TOKEN: 'none',
    INFLUX_ORG: 'none',
  });
  const webhook = String(bridge.log.find(({ message }) => message === 'the bridge receives')?.['webhook']);
  t.true(webhook.startsWith('https://'), webhook);
  return { bridge, port: Number(new URL(webhook).port), authority, live };
}

/** What a client of OpenSSL and the server said to each other. `-msg` shows every record and who sent it. */
function handshake(port: number, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const whole = ['s_client', '-connect', `127.0.0.1:${port}`, '-msg', ...args];
    const child = execFile('openssl', whole, { timeout: 60_000 }, (_error, out, err) => resolve(out + err));
    child.stdin?.end();
  });
}

const AGREED = /^ *Protocol *: *(\S+)|^New, (TLSv[\d.]+)/m;

/** Records that the client sent (>>>) and got (<<<), in words. */
const HELLO_SENT = />>> .*Handshake \[length [0-9a-f]+\], ClientHello/;
const HELLO_RECEIVED = /<<< .*Handshake \[length [0-9a-f]+\], ServerHello/;

/** At this level OpenSSL offers whatever it can; above it the client itself would refuse. */
const WILLING = ['-cipher', 'ALL:@SECLEVEL=0'];

test('TLS 1.2 and 1.3 are spoken', async (t) => {
  const { port } = await startSecure(t);
  for (const [option, version] of [
    ['-tls1_2', 'TLSv1.2'],
    ['-tls1_3', 'TLSv1.3'],
  ] as const) {
    const said = await handshake(port, option);
    t.regex(said, HELLO_RECEIVED);
    t.regex(said, new RegExp(`^ *(Protocol *: *|New, )${version.replace('.', '\\.')}`, 'm'));
  }
});

/** A server that takes any version: what a client says to it shows what the client is able and willing to do. */
async function startLenient(t: ExecutionContext, { cert, key }: Pair): Promise<number> {
  const server = createServer({
    cert,
    key,
    minVersion: 'TLSv1',
    ciphers: 'ALL:@SECLEVEL=0',
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('older versions are refused by the server: the same client succeeds with a server that takes them', async (t) => {
  const { port, authority } = await startSecure(t);
  const lenient = await startLenient(t, await authority.issue({ name: 'localhost' }));
  for (const option of ['-tls1', '-tls1_1']) {
    const able = await handshake(lenient, option, ...WILLING);
    t.regex(able, HELLO_RECEIVED, `${option}: this client can speak it`);
    t.regex(able, AGREED);

    const refused = await handshake(port, option, ...WILLING);
    t.regex(refused, HELLO_SENT, `${option}: it was offered`);
    t.notRegex(refused, HELLO_RECEIVED, option);
    t.regex(refused, /<<< .*Alert \[length 0002\], fatal protocol_version/, `${option}: the server says no`);
  }
});

test('ciphers that encrypt nothing or prove nothing are refused by the server', async (t) => {
  const { port } = await startSecure(t);
  for (const cipher of ['aNULL:@SECLEVEL=0', 'eNULL:@SECLEVEL=0']) {
    const refused = await handshake(port, '-tls1_2', '-cipher', cipher);
    t.regex(refused, HELLO_SENT, cipher);
    t.notRegex(refused, HELLO_RECEIVED, cipher);
    t.regex(refused, /<<< .*Alert \[length 0002\], fatal handshake_failure/, cipher);
  }
});

test('an honest client that checks the certificate posts with TLS 1.2 and 1.3, and one that trusts nobody does not', async (t) => {
  const { port, authority } = await startSecure(t);
  const curl = (...args: string[]) =>
    new Promise<{ code: number; out: string }>((resolve) =>
      execFile(
        'curl',
        ['-sS', '-o', '/dev/null', '-w', '%{http_code} %{ssl_verify_result}', '--max-time', '60', ...args],
        (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out: out + err }),
      ),
    );
  const url = `https://localhost:${port}/healthz`;
  const ca = ['--cacert', authority.caFile, '--resolve', `localhost:${port}:127.0.0.1`];
  for (const version of ['1.2', '1.3']) {
    const { code, out } = await curl(...ca, '--tlsv1.2', '--tls-max', version, url);
    t.is(code, 0, out);
    t.is(out, '200 0');
  }
  t.is((await curl('--resolve', `localhost:${port}:127.0.0.1`, url)).code, 60, 'unknown authority');
});

type Posted = { readonly status: number; readonly serial: string; readonly localPort: number };

function post(port: number, ca: string, agent: Agent, number: number): Promise<Posted> {
  const body = Buffer.from(JSON.stringify(reading(number)));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-zm-request-timestamp': timestamp,
    'x-zm-signature': signBody(BRIDGE_SECRET, timestamp, body),
  };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', servername: 'localhost', port, ca, agent, headers, method: 'POST' };
    const outgoing = request({ ...options, path: '/zoom/webhook' }, (incoming) => {
      const socket = incoming.socket as TLSSocket;
      const posted = {
        status: incoming.statusCode ?? 0,
        serial: socket.getPeerCertificate().serialNumber,
        localPort: socket.localPort ?? 0,
      };
      incoming.resume().once('end', () => resolve(posted));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

test('a certificate renewed under load: no request fails, open connections go on, new ones get the new one', async (t) => {
  const { bridge, port, authority, live } = await startSecure(t);
  const { ca } = authority;
  let number = 0;
  const next = () => {
    number += 1;
    return number;
  };
  const lasting = Array.from(
    { length: 4 },
    () => new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 }),
  );
  t.teardown(() => {
    for (const agent of lasting) agent.destroy();
  });
  const first = await Promise.all(lasting.map((agent) => post(port, ca, agent, next())));
  const old = first[0]?.serial;
  let going = true;
  const failures: unknown[] = [];
  const statuses = new Map<number, number>();
  const count = ({ status }: Posted) => void statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const keepPosting = async (agent: () => Agent) => {
    while (going)
      await post(port, ca, agent(), next()).then(count, (error: unknown) => void failures.push(error));
  };
  const oneShot = () => new Agent({ keepAlive: false, maxCachedSessions: 0 });
  const posting = [
    ...lasting.map((agent) => keepPosting(() => agent)),
    keepPosting(oneShot),
    keepPosting(oneShot),
  ];

  const renewed = await authority.issue({ name: 'localhost', days: 60 });
  const folder = tempFolder(t, 'renewed');
  copyFileSync(renewed.keyFile, join(folder, 'key.pem'));
  copyFileSync(renewed.certFile, join(folder, 'cert.pem'));
  renameSync(join(folder, 'key.pem'), live.keyFile);
  renameSync(join(folder, 'cert.pem'), live.certFile);
  await until(
    'new connections get the new certificate',
    async () => (await post(port, ca, oneShot(), next())).serial !== old,
    60_000,
  );
  const after = await Promise.all(lasting.map((agent) => post(port, ca, agent, next())));
  going = false;
  await Promise.all(posting);

  t.deepEqual(failures, []);
  t.deepEqual([...statuses.keys()], [204]);
  t.deepEqual(
    after.map(({ localPort, serial }) => ({ localPort, serial })),
    first.map(({ localPort }) => ({ localPort, serial: old })),
    'the open connections are the same, with the certificate they began with',
  );
  t.true(bridge.log.some(({ message }) => message === 'the certificate was read again'));
  t.is((await bridge.status()).counts.accepted, number);
});
