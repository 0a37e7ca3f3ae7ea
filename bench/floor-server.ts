import { createServer } from 'node:http';
import { findSigner } from '../src/zoom/signature.js';

// The floor: what receiving costs at least. Reads the body, checks the signature, answers 204, keeps nothing.
const secret = process.argv[2] ?? '';
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const signed = findSigner(
      [secret],
      String(request.headers['x-zm-request-timestamp']),
      String(request.headers['x-zm-signature']),
      Buffer.concat(chunks),
    );
    response.writeHead(signed === undefined ? 401 : 204);
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`);
});
