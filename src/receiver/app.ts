import type { IncomingMessage, ServerResponse } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import type { Log } from '../log.js';
import type { Settings } from '../settings/settings.js';
import { type Credentials, judgeHeaders } from './authenticate.js';
import { BodyBudget } from './body-budget.js';
import { BodyError } from './body-error.js';
import { isConnectionError } from './connection-error.js';
import { linger } from './linger.js';
import { readBody } from './read-body.js';
import type { ReceiverStats, RejectReason } from './receiver-stats.js';
import { RejectLog } from './reject-log.js';
import { type Answer, type Append, Webhook } from './webhook.js';

/** What the public side needs. */
export type ReceiverOptions = {
  readonly settings: Pick<Settings, 'zoom' | 'webhook'>;
  readonly append: Append;
  readonly stats: ReceiverStats;
  readonly log: Log;
  readonly now: () => number;
  /** Memory for bodies whose signature is not checked yet; for tests. */
  readonly bodyBudgetBytes?: number | undefined;
};

/** Seconds after which a sender may try again. Zoom has its own schedule; others may read it. */
const RETRY_AFTER_SECONDS = 30;

const BODY_STATUS: Record<BodyError['code'], number> = {
  too_large: 413,
  too_busy: 503,
  encoding_unreadable: 400,
  encoding_unsupported: 415,
  body_incomplete: 400,
};

/**
 * Koa with a way of its own for requests to the webhook, which are nearly all: past the router, and without Koa's watch for streams that fail
 * while they are sent as a body, which costs more than anything else that Koa does for a request. There are no such bodies here.
 */
class Receiver extends Koa {
  readonly #path: string;
  readonly #receive: (context: Koa.Context) => Promise<void>;

  /** @param receive sets the answer's status and, as text or not at all, its body */
  constructor(path: string, receive: (context: Koa.Context) => Promise<void>) {
    super();
    this.#path = path;
    this.#receive = receive;
  }

  override callback(): ReturnType<Koa['callback']> {
    const others = super.callback();
    return (request, response) =>
      request.method === 'POST' && request.url === this.#path
        ? this.#answer(this.createContext(request as IncomingMessage, response as ServerResponse))
        : others(request, response);
  }

  async #answer(context: Koa.Context): Promise<void> {
    try {
      await this.#receive(context);
      context.res.end(context.body);
    } catch (error) {
      context.onerror(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** The public side: the webhook and `/healthz`, nothing else. */
export function createReceiver(options: ReceiverOptions): Koa {
  const { settings, stats, log, now, append } = options;
  const credentials: Credentials = { zoom: settings.zoom, authHeader: settings.webhook.authHeader };
  const rejectLog = new RejectLog(log, now);
  const budget = new BodyBudget(options.bodyBudgetBytes);
  const webhook = new Webhook({
    credentials,
    append,
    stats,
    now,
    onStorageFailure: (error) =>
      rejectLog.note('storage', { cause: error instanceof Error ? error.message : String(error) }),
  });

  const refuse = (
    context: Koa.Context,
    status: number,
    reason: RejectReason,
    details: Record<string, unknown>,
  ) => {
    stats.rejected(reason, now());
    if (reason !== 'storage') rejectLog.note(reason, details);
    context.status = status;
    context.body = '';
    if (status === 503) context.set('Retry-After', String(RETRY_AFTER_SECONDS));
  };

  /** Refuses a request whose body is not, or not wholly, read. */
  const refuseUnread = async (...refusal: Parameters<typeof refuse>) => {
    const [context] = refusal;
    refuse(...refusal);
    context.set('Connection', 'close');
    await linger(context.req, context.res);
  };

  const respond = (context: Koa.Context, answer: Answer, bytes: number) => {
    if (answer.status === 204) context.status = 204;
    else if (answer.status === 200) {
      context.body = JSON.stringify(answer.json);
      context.type = 'json';
    } else
      refuse(context, answer.status, answer.reason, {
        body_bytes: bytes,
        ...clockDifference(context, now()),
      });
  };

  const router = new Router();
  router.get('/healthz', (context) => {
    context.body = 'ok\n';
  });
  const { path } = settings.webhook;
  const receive = async (context: Koa.Context) => {
    const verdict = judgeHeaders(context.req.headers, credentials, now());
    if (verdict.kind === 'refused')
      return refuseUnread(context, 401, verdict.reason, {
        ...declaredLength(context),
        ...clockDifference(context, now()),
      });
    const allowance = budget.open();
    try {
      const body = await readBody(context.req, allowance);
      respond(context, await webhook.handle(verdict, body), body.length);
    } catch (error) {
      if (!(error instanceof BodyError)) throw error;
      await refuseUnread(context, BODY_STATUS[error.code], error.code, declaredLength(context));
    } finally {
      allowance.close();
    }
  };
  const pattern = literal(path);
  router.post(pattern, receive);
  for (const [known, methods] of [
    ['/healthz', 'GET, HEAD'],
    [pattern, 'POST'],
  ] as const)
    router.all(known, (context) => {
      context.status = 405;
      context.set('Allow', methods);
    });

  const app = new Receiver(path, receive);
  app.silent = true;
  app.on('error', (error: unknown) => {
    if (isConnectionError(error)) return;
    log.error('a request failed inside the bridge', {
      error: error instanceof Error ? error.message : String(error),
    });
  });
  app.use(async (context, next) => {
    if (!hasPath(context)) context.status = 400;
    else await next();
  });
  app.use(router.routes());
  return app;
}

/** The path as the router takes it: each character stands for itself. */
function literal(path: string): string {
  return path.replace(/[\\:*(){}[\]+?!]/g, '\\$&');
}

/** Whether the request's target can be read: any text can come. */
function hasPath(context: Koa.Context): boolean {
  try {
    return typeof context.path === 'string';
  } catch {
    return false;
  }
}

/** The body's length as the sender states it. */
function declaredLength(context: Koa.Context): Record<string, unknown> {
  const { length } = context.request;
  return length === undefined ? {} : { body_bytes: length };
}

/** Seconds by which this clock is ahead of the sender's, where the sender says what time it is. */
function clockDifference(context: Koa.Context, nowMs: number): Record<string, unknown> {
  const sent = context.get('x-zm-request-timestamp');
  return /^\d{1,10}$/.test(sent) ? { clock_difference_s: Math.floor(nowMs / 1000) - Number(sent) } : {};
}
