import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** @returns whether nothing listens on this port of the loopback interface. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listen(port)) !== undefined;
}

/** @returns a port that is free now; somebody else may take it before it is used. */
export async function findFreePort(): Promise<number> {
  const port = await listen(0);
  if (port === undefined) {
    throw new Error(`no port of ${LOOPBACK} is free`);
  }
  return port;
}

function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
