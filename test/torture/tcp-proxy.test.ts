import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { TcpProxy } from '../../torture/tcp-proxy.js';
import { until } from '../helpers/until.js';

const BODY = 'x'.repeat(20_000);

/** A server that answers with how much it was sent, and a line to it. */
async function start(t: ExecutionContext) {
  const got: number[] = [];
  let begun = 0;
  const server = createServer(async (incoming, response) => {
    begun += 1;
    let length = 0;
    try {
      for await (const chunk of incoming) length += (chunk as Buffer).length;
    } catch {
      return;
    }
    got.push(length);
    response.end(String(length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const line = await TcpProxy.start();
  line.setTarget((server.address() as AddressInfo).port);
  t.teardown(async () => {
    await line.close();
    server.closeAllConnections();
    server.close();
  });
  return { line, got, begun: () => begun };
}

/** The answer, or the code of the error. */
function post(line: TcpProxy, giveUpMs?: number): Promise<string> {
  return new Promise((resolve) => {
    const posting = request(
      { port: line.port, host: '127.0.0.1', method: 'POST', agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
        response.on('error', () => resolve('broken'));
      },
    );
    posting.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    posting.end(BODY);
    if (giveUpMs !== undefined)
      setTimeout(() => {
        posting.destroy();
        resolve('given up');
      }, giveUpMs);
  });
}

test('with nothing wrong everything goes through', async (t) => {
  const { line } = await start(t);
  t.is(await post(line), String(BODY.length));
});

test('nobody listens behind it: the connection breaks', async (t) => {
  const { line } = await start(t);
  line.setTarget(undefined);
  t.is(await post(line), 'ECONNRESET');
});

test('a cut answer: what was asked has arrived, and who asked does not know', async (t) => {
  const { line, got } = await start(t);
  let cuts = 0;
  line.cutAnswers(1, () => {
    cuts += 1;
  });
  t.is(await post(line), 'ECONNRESET');
  t.is(cuts, 1);
  t.deepEqual(got, [BODY.length]);
  t.is(await post(line), String(BODY.length), 'only so many are cut');
});

test('a cut request: it begins to arrive and never ends', async (t) => {
  const { line, got, begun } = await start(t);
  line.cutRequests(1);
  t.is(await post(line), 'ECONNRESET');
  await until('the request has begun', () => begun() === 1);
  t.deepEqual(got, []);
  t.is(await post(line), String(BODY.length));
});

test('what was held arrives when it is released, also after who sent it has gone', async (t) => {
  const { line, got } = await start(t);
  line.hold();
  t.is(await post(line, 200), 'given up');
  t.deepEqual(got, []);
  line.release();
  await until('the request arrives', () => got.length === 1);
  t.deepEqual(got, [BODY.length]);
});

test('refusing breaks what is open and what is new, until it is restored', async (t) => {
  const { line } = await start(t);
  line.refuse(true);
  t.is(await post(line), 'ECONNRESET');
  line.restore();
  t.is(await post(line), String(BODY.length));
});
