import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Router from '@koa/router';
import Koa from 'koa';
import type { Log } from '../log.js';
import { isConnectionError } from '../receiver/connection-error.js';
import { PACKAGE_ROOT } from '../version.js';
import { createMetrics } from './metrics.js';
import type { Status } from './status.js';

/** Nothing but what this server itself serves. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE_FILES = [
  ['/', 'status.html', 'text/html; charset=utf-8'],
  ['/status.css', 'status.css', 'text/css; charset=utf-8'],
  ['/status.js', 'status.js', 'text/javascript; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
] as const;

/** The private side: status page, figures, health. */
export function createAdmin(read: () => Status, log: Log): Koa {
  const router = new Router();
  const metrics = createMetrics(read);
  for (const [path, file, type] of PAGE_FILES)
    router.get(path, async (context) => {
      context.body = await readFile(join(PACKAGE_ROOT, 'web', file), 'utf8');
      context.type = type;
    });
  router.get('/status.json', (context) => {
    context.body = read();
  });
  router.get('/metrics', async (context) => {
    context.body = await metrics.render();
    context.type = metrics.contentType;
  });
  router.get('/healthz', (context) => {
    context.body = 'ok\n';
  });
  router.get('/readyz', (context) => {
    const { state, problems } = read();
    context.status = state === 'unavailable' ? 503 : 200;
    const canAccept = state !== 'unavailable';
    const canWrite = !problems.some(({ severity }) => severity === 'degraded');
    context.body = { state, can_accept: canAccept, can_write: canWrite, problems };
  });

  const app = new Koa();
  app.silent = true;
  app.on('error', (error: unknown) => {
    if (isConnectionError(error)) return;
    log.error('a request to the private side failed', {
      error: error instanceof Error ? error.message : String(error),
    });
  });
  app.use(async (context, next) => {
    context.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    context.set('X-Content-Type-Options', 'nosniff');
    context.set('Referrer-Policy', 'no-referrer');
    context.set('Cache-Control', 'no-store');
    await next();
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
