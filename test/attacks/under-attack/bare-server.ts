import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

// What any server needs at least that keeps a post on disk: it tells how long this machine makes anybody wait at the moment.

const [folder = ''] = process.argv.slice(2);
const file = openSync(join(folder, 'posts'), 'a');
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    writeSync(file, Buffer.concat(chunks));
    fdatasyncSync(file);
    response.writeHead(204).end();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));
