import type { DoctorContext } from '../check.js';
import { answerTime } from '../durations.js';
import type { Exchange } from '../exchange.js';
import { type Finding, fault, ok, skipped, warning } from '../finding.js';
import { largeEvent, oddEvent, plainEvent, validationRequest } from '../own-events.js';
import { postSigned } from '../post-signed.js';
import { explainAnswer } from './explain-answer.js';
import { explainOddRefusal, explainRefusal } from './explain-refusal.js';
import { judgeValidation } from './judge-validation.js';
import { RefusalWatch } from './refusal-watch.js';

/** Zoom waits this long for an answer. */
const ZOOM_WAITS_MS = 3_000;

/** Answers that take longer leave little room for a busy hour. */
const SLOW_MS = 1_500;

/** How long is waited here, so that a slow answer can be told from none. */
const TIMEOUT_MS = 8_000;

/** Plays Zoom's part: signed requests through the public URL, from the simplest to the oddest. */
export async function* judgeWebhook(
  url: URL,
  context: DoctorContext,
  signal: AbortSignal,
): AsyncIterable<Finding> {
  const { settings, now } = context;
  const { secretTokens } = settings.zoom;
  const [first] = secretTokens;
  if (first === undefined) {
    yield skipped(
      'no signed request was sent: there is no secret to sign with',
      'set ZOOM_SECRET_TOKEN first',
    );
    return;
  }
  // Asked before anything is counted, since it sends an event of its own.
  const takesSecret = await context.takesSecret();
  const watch = new RefusalWatch(context, signal);
  await watch.start();
  const times: number[] = [];
  const post = async (body: Buffer, secret = first): Promise<Exchange> => {
    const { trust } = context;
    const { authHeader } = settings.webhook;
    return await postSigned({
      url,
      secret,
      body,
      authHeader,
      nowMs: now(),
      trust,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
  };
  const explain = async (answer: Exchange): Promise<Finding> =>
    answer.kind === 'answer' && answer.status === 401
      ? explainRefusal({
          refusal: await watch.lastRefusal(),
          takesSecret,
          authHeaderName: settings.webhook.authHeader?.name,
        })
      : explainAnswer(answer, settings.webhook.path);

  for (const [index, secret] of secretTokens.entries()) {
    const which =
      secretTokens.length === 1 ? 'ZOOM_SECRET_TOKEN' : `secret ${index + 1} of ${secretTokens.length}`;
    const { body, plainToken } = validationRequest(now());
    const answer = await post(body, secret);
    times.push(answer.ms);
    if (answer.kind === 'answer' && answer.status === 200) {
      const finding = judgeValidation(answer, { secret, plainToken, which });
      yield finding;
      if (finding.level === 'fault') return;
    } else if (index > 0 && answer.kind === 'answer' && answer.status === 401)
      yield fault(
        `the running bridge does not know ${which}`,
        'start the bridge again so that it reads the settings anew',
      );
    else {
      yield await explain(answer);
      for (const finding of judgeTimes(times)) if (finding.level !== 'ok') yield finding;
      return;
    }
  }

  const plain = await post(plainEvent(now()));
  times.push(plain.ms);
  if (plain.kind === 'failed' || plain.status !== 204) {
    yield await explain(plain);
    return;
  }
  yield ok('a signed event is taken (204)');

  const odd = await post(oddEvent(now()));
  times.push(odd.ms);
  if (odd.kind === 'answer' && odd.status === 204)
    yield ok('nothing on the way alters the body: spaces, escapes and letters such as ë arrive as sent');
  else if (odd.kind === 'answer' && odd.status === 401) yield explainOddRefusal();
  else yield await explain(odd);

  yield judgeLarge(await post(largeEvent(now())), settings.webhook.path);
  yield* judgeTimes(times);
  yield* judgeDestination(await watch.accepted());
}

function judgeLarge(answer: Exchange, path: string): Finding {
  if (answer.kind === 'answer' && answer.status === 204) return ok('a body of 2 MB is taken');
  if (answer.kind === 'answer' && answer.status === 401)
    return fault(
      'a body of 2 MB is refused (401): something on the way cuts or alters it',
      'allow bodies of 9 MB, unchanged',
    );
  if (answer.kind === 'failed')
    return warning(
      `a body of 2 MB was not answered (${answer.code}): the summaries of long phone calls would be lost`,
      'allow bodies of 9 MB: client_max_body_size 9m in nginx; on a slow line run this again closer to the bridge',
    );
  const { what, fix } = explainAnswer(answer, path);
  return fault(
    `a body of 2 MB is refused, which is as long as the summary of a long phone call: ${what}`,
    fix ?? '',
  );
}

function* judgeTimes(times: readonly number[]): Iterable<Finding> {
  const slowest = Math.max(...times);
  const fix = 'look at the proxy, at a scanner in between, and at the disk of DATA_DIR';
  if (slowest >= ZOOM_WAITS_MS)
    yield fault(
      `the slowest answer took ${answerTime(slowest)}: Zoom waits 3 s, then takes the event for not delivered`,
      fix,
    );
  else if (slowest >= SLOW_MS)
    yield warning(`the slowest answer took ${answerTime(slowest)}; Zoom waits 3 s`, fix);
  else yield ok(`the slowest answer took ${answerTime(slowest)}; Zoom waits 3 s`);
}

/** The three events must have come to the bridge that these settings describe. */
function* judgeDestination(accepted: number | undefined): Iterable<Finding> {
  if (accepted === undefined)
    yield skipped(
      'whether this URL leads to the bridge with these settings could not be seen',
      'run the doctor on the machine of the bridge, while it runs',
    );
  else if (accepted === 0)
    yield fault(
      'the events were taken, but not by the bridge with these settings: the URL leads to another bridge with the same secret',
      'see which machine and port the name and the proxy lead to',
    );
  else yield ok('the events came to the bridge with these settings, which counts them as ignored');
}
