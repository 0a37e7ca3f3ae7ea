import { isRecord, type JsonRecord, parseJson } from '../zoom/json.js';
import { scanEvent } from '../zoom/scan-event.js';
import { readEpoch } from '../zoom/timestamp.js';
import { answerUrlValidation, URL_VALIDATION, type UrlValidationAnswer } from '../zoom/url-validation.js';
import { type Credentials, findSecret, type HeaderVerdict } from './authenticate.js';
import type { ReceiverStats, RejectReason } from './receiver-stats.js';

/** What the sender is answered. */
export type Answer =
  | { readonly status: 204 }
  | { readonly status: 200; readonly json: UrlValidationAnswer }
  | { readonly status: 400 | 401 | 503; readonly reason: RejectReason };

/** Where accepted events go, with their `event_ts` where it can be read: resolves once they are on disk. */
export type Append = (body: Buffer, receivedMs: number, at: number | undefined) => Promise<void>;

/** What the webhook works with. */
export type WebhookOptions = {
  readonly credentials: Credentials;
  readonly append: Append;
  readonly stats: ReceiverStats;
  readonly now: () => number;
  /** Told when storing fails; the sender is told to try again. */
  readonly onStorageFailure: (error: unknown) => void;
};

/** The webhook without HTTP: decides what becomes of a body that came with headers worth reading it for. */
export class Webhook {
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  async handle(verdict: Exclude<HeaderVerdict, { kind: 'refused' }>, body: Buffer): Promise<Answer> {
    const { credentials } = this.#options;
    const secret = verdict.kind === 'signed' ? findSecret(verdict, credentials, body) : undefined;
    if (verdict.kind === 'signed' && secret === undefined)
      return { status: 401, reason: 'signature_mismatch' };
    const event = readEvent(body);
    if (event === undefined) return { status: 400, reason: 'not_an_event' };
    if (event['event'] === URL_VALIDATION) return this.#validate(event, secret);
    return this.#store(event, body);
  }

  #validate(event: JsonRecord, secret: string | undefined): Answer {
    if (secret === undefined) return { status: 401, reason: 'validation_unsigned' };
    const json = answerUrlValidation(event, secret);
    if (json === undefined) return { status: 400, reason: 'validation_token_unusable' };
    this.#options.stats.validated(this.#options.now());
    return { status: 200, json };
  }

  async #store(event: JsonRecord, body: Buffer): Promise<Answer> {
    const { append, stats, now, onStorageFailure } = this.#options;
    const receivedMs = now();
    const at = readEpoch(event['event_ts']);
    try {
      await append(body, receivedMs, at);
    } catch (error) {
      onStorageFailure(error);
      return { status: 503, reason: 'storage' };
    }
    stats.accepted(
      String(event['event']),
      body.length,
      at === undefined ? undefined : receivedMs - at,
      now(),
    );
    return { status: 204 };
  }
}

/** The event as far as it is needed here; whole where it has to be looked into. */
function readEvent(body: Buffer): JsonRecord | undefined {
  const head = scanEvent(body);
  if (head !== undefined && head.event !== URL_VALIDATION) return head;
  try {
    const event = parseJson(body.toString('utf8'));
    return isRecord(event) && typeof event['event'] === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
