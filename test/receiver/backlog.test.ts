import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { startWebhook } from '../helpers/webhook.js';

const MANY = 1_000;

/** What the system allows at most, where it tells. */
function systemLimit(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  } catch {
    return 0;
  }
}

test('a burst of connections waits in the system for a busy bridge, and is not sent away', async (t) => {
  if (systemLimit() < MANY) {
    const reason = `this system holds ${systemLimit()} connections ready at most, so nothing was tested`;
    // In CI nothing is passed over.
    if (process.env['CI'] !== undefined) throw new Error(reason);
    t.log(reason);
    t.pass();
    return;
  }
  const { port } = await startWebhook(t);
  const program = `
    const { connect } = require('node:net');
    let connected = 0;
    const end = () => { console.log(connected); process.exit(0); };
    for (let count = 0; count < ${MANY}; count += 1)
      connect(${port}, '127.0.0.1').on('error', () => {}).once('connect', () => {
        connected += 1;
        if (connected === ${MANY}) end();
      });
    setTimeout(end, 5_000);`;
  // While it runs nothing here takes a connection.
  const { stdout } = spawnSync(process.execPath, ['--eval', program], { encoding: 'utf8' });
  t.is(Number(stdout), MANY);
});
