import type { DoctorContext } from './check.js';
import { plainEvent } from './own-events.js';
import { postSigned } from './post-signed.js';
import { reachable } from './running-bridge.js';

const TIMEOUT_MS = 5_000;

/** Finds out whether the running bridge takes what is signed with the first secret, by an event to its own port. */
export async function askSecret(
  context: Pick<DoctorContext, 'bridge' | 'settings' | 'now'>,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'unknown'> {
  const view = await context.bridge();
  const [secret] = context.settings.zoom.secretTokens;
  if (view.kind !== 'running' || secret === undefined) return 'unknown';
  const url = localUrl(view.status.receiver.webhookUrl);
  if (url === undefined) return 'unknown';
  const answer = await postSigned({
    url,
    secret,
    body: plainEvent(context.now()),
    authHeader: context.settings.webhook.authHeader,
    nowMs: context.now(),
    // The certificate is for the public name, and this way does not leave the machine.
    trust: { insecure: true, ca: undefined },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (answer.kind === 'failed') return 'unknown';
  if (answer.status === 204) return 'yes';
  return answer.status === 401 ? 'no' : 'unknown';
}

function localUrl(webhookUrl: string): URL | undefined {
  if (!URL.canParse(webhookUrl)) return undefined;
  const url = new URL(webhookUrl);
  url.hostname = reachable(url.hostname.replace(/^\[|\]$/g, ''));
  return url;
}
