import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import test from 'ava';
import { SILENT_LOG } from '../../src/log.js';
import { connectionLimit } from '../../src/receiver/connection-limit.js';
import { listen } from '../../src/receiver/listen.js';
import { until } from '../helpers/until.js';

const limits = (files: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${files.padEnd(20)} ${files.padEnd(20)} files     \n`;

test('connections leave two hundred file descriptors to the rest of the bridge, or half where there are few', (t) => {
  t.is(connectionLimit(limits('65536')), 65_336);
  t.is(connectionLimit(limits('1024')), 824);
  t.is(connectionLimit(limits('256')), 128);
  t.is(connectionLimit(limits('unlimited')), undefined);
  t.is(connectionLimit(''), undefined);
  if (process.platform === 'linux') t.not(connectionLimit(), 0);
});

test('connections beyond the limit are closed, and taken again when others have gone', async (t) => {
  const options = { host: '127.0.0.1', port: 0, settingNames: ['HOST', 'PORT'] as const, log: SILENT_LOG };
  const { port, close } = await listen((_, response) => response.end(), { ...options, maxConnections: 5 });
  t.teardown(() => close(0));
  const sockets: Socket[] = [];
  const dial = () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
  };
  const open = () => sockets.filter(({ destroyed }) => !destroyed).length;
  for (let count = 0; count < 12; count += 1) dial();
  for (const socket of sockets) socket.resume();
  await until('those beyond the limit are closed', () => open() === 5);
  for (const socket of sockets) socket.destroy();
  const answered = () =>
    new Promise<boolean>((resolve) => {
      get({ port, host: '127.0.0.1', agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      }).on('error', () => resolve(false));
    });
  await until('somebody is served again', answered);
  t.pass();
});
