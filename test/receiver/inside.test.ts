import test from 'ava';
import { startWebhook } from '../helpers/webhook.js';

test('what fails inside the bridge is answered with 500, logged, and does not touch the next request', async (t) => {
  const { post, stored, clock, log } = await startWebhook(t);
  const { ms } = clock;
  Object.defineProperty(clock, 'ms', {
    configurable: true,
    get: () => {
      throw new Error('no clock');
    },
  });
  const { status, body } = await post('{"event":"x.y"}');
  t.is(status, 500);
  t.is(body, 'Internal Server Error', 'nothing of what failed');
  t.deepEqual(log.entries, [
    { level: 'error', message: 'a request failed inside the bridge', details: { error: 'no clock' } },
  ]);
  Object.defineProperty(clock, 'ms', { value: ms });
  t.is((await post('{"event":"x.y"}')).status, 204);
  t.is(stored.length, 1);
});
