import { shownSettings } from '../bridge/shown-settings.js';
import { VERSION } from '../version.js';
import type { Check, DoctorContext } from './check.js';
import { inWords, moment } from './durations.js';
import { isNoise, meaningOf } from './explain-rejects.js';
import { type Finding, fault, ok, skipped, warning } from './finding.js';
import { lockOwner } from './lock-owner.js';
import type { BridgeStatus } from './running-bridge.js';

const HOUR_MS = 3_600_000;

/** Zoom validates a URL again after this time. Source: Zoom's webhook reference, "Webhook re-validation". */
const VALIDATION_EVERY_MS = 72 * HOUR_MS;

/** Zoom may come somewhat later than it says. */
const VALIDATION_GRACE_MS = HOUR_MS;

const LATE_MS = 5 * 60_000;
const QUIET_MS = 24 * HOUR_MS;

/** How full the spool may be before that is worth a word. */
const FULL_SHARE = 0.5;

/** What the running bridge itself says. */
export const checkBridge: Check = {
  name: 'bridge',
  title: 'Running bridge',
  limitMs: 15_000,
  async *run(context): AsyncIterable<Finding> {
    const view = await context.bridge();
    if (view.kind !== 'running') {
      yield notRunning(context, view.kind);
      return;
    }
    const { status, ready } = view;
    const now = context.now();
    // What may be wrong with Zoom's silence and the URL validation is judged further down, in more words.
    const problems = status.problems.filter(
      ({ severity, code }) => severity !== 'notice' || code.startsWith('refusing_'),
    );
    yield ready && problems.every(({ severity }) => severity === 'notice')
      ? ok(`version ${status.version} runs since ${moment(status.startedAt)}, takes events and writes them`)
      : ok(`version ${status.version} runs since ${moment(status.startedAt)}`);
    yield* differences(context, status);
    for (const { severity, what, fix, code } of problems) {
      const passing = severity === 'notice' || code === 'not_configured' || code === 'stopping';
      yield passing
        ? warning(what, fix)
        : fault(severity === 'unavailable' ? `takes no events: ${what}` : what, fix);
    }
    yield await judgeSecret(context);
    yield judgeLastEvent(status, now);
    yield judgeValidation(status, now);
    yield judgeWaiting(status, now);
    yield judgeQuarantine(status);
    yield* judgeRejects(status);
  },
};

function notRunning({ settings }: DoctorContext, kind: 'absent' | 'other'): Finding {
  const where = `${settings.admin.host}:${settings.admin.port}`;
  const pid = lockOwner(settings.dataDir);
  if (pid !== undefined)
    return fault(
      `process ${pid} works on ${settings.dataDir}, but its private side does not answer on ${where}`,
      'run the doctor with the settings of that bridge (ADMIN_HOST, ADMIN_PORT), or look into its log if it hangs',
    );
  return kind === 'absent'
    ? skipped('none runs with these settings', 'start it (npm start), then run this again')
    : fault(
        `what answers on ${where} is no bridge`,
        'set ADMIN_PORT to the port of the bridge, and start it if it does not run',
      );
}

/** A change of settings takes effect at the next start. */
function* differences({ settings, reading }: DoctorContext, status: BridgeStatus): Iterable<Finding> {
  if (status.version !== VERSION)
    yield warning(
      `it is of version ${status.version}, and this program of ${VERSION}`,
      'start the bridge again',
    );
  const here = shownSettings(settings);
  const other = Object.entries(status.settings).filter(
    ([name, value]) => (here[name] ?? value) !== value && !reading.faulty.has(name),
  );
  if (other.length > 0)
    yield warning(
      `it runs with other settings than those here: ${other.map(([name, value]) => `${name} is ${value}, here ${here[name]}`).join('; ')}`,
      'start the bridge again, or run the doctor in the folder and the environment of the bridge',
    );
}

async function judgeSecret({ takesSecret, settings }: DoctorContext): Promise<Finding> {
  switch (await takesSecret()) {
    case 'yes':
      return ok(
        `it takes events signed with ${settings.zoom.secretTokens.length > 1 ? 'the first secret of ' : ''}ZOOM_SECRET_TOKEN`,
      );
    case 'no':
      return fault(
        'it refuses events signed with the ZOOM_SECRET_TOKEN of these settings: it was started with another one, or with another WEBHOOK_AUTH_HEADER',
        'start the bridge again so that it reads the settings anew',
      );
    case 'unknown':
      return skipped(
        'whether it takes events signed with ZOOM_SECRET_TOKEN could not be tried',
        'see that ZOOM_SECRET_TOKEN is set, and that the bridge can be reached on this machine',
      );
  }
}

function judgeLastEvent({ receiver, startedAt }: BridgeStatus, now: number): Finding {
  const fix =
    "hold a test meeting of two minutes; if nothing comes, look into Zoom's delivery log, and see that the events are ticked and the subscription is on (docs/zoom-setup.md, sections 5 and 12)";
  const last = lastZoomEvent(receiver);
  if (last === undefined)
    return warning(`no event of Zoom's has come since it was started, ${inWords(now - startedAt)} ago`, fix);
  const said = `Zoom's last event came ${inWords(now - last)} ago`;
  return now - last > QUIET_MS ? warning(said, fix) : ok(said);
}

/** Events of unknown names are counted under `other`; the doctor's own are among them. */
function lastZoomEvent({ lastEventAt }: BridgeStatus['receiver']): number | undefined {
  const times = Object.entries(lastEventAt).filter(([name]) => name !== 'other');
  return times.length === 0 ? undefined : Math.max(...times.map(([, at]) => at));
}

function judgeValidation({ receiver, startedAt }: BridgeStatus, now: number): Finding {
  const fix =
    'press Validate in the Marketplace app; after six failures in a row Zoom stops sending, and the subscription has to be switched on again';
  const last = receiver.lastValidationAt;
  if (last === undefined)
    return now - startedAt > VALIDATION_EVERY_MS + VALIDATION_GRACE_MS
      ? warning(
          `Zoom has not validated the URL since the start, ${inWords(now - startedAt)} ago; it does so every 72 h`,
          fix,
        )
      : skipped(
          `Zoom has not validated the URL since the start, ${inWords(now - startedAt)} ago; that is due by ${moment(startedAt + VALIDATION_EVERY_MS)}`,
          'press Validate in the Marketplace app, if you do not want to wait',
        );
  const said = `the last URL validation was ${inWords(now - last)} ago`;
  return now - last > VALIDATION_EVERY_MS + VALIDATION_GRACE_MS
    ? warning(`${said}; the next one was due on ${moment(last + VALIDATION_EVERY_MS)}`, fix)
    : ok(`${said}; the next one is due by ${moment(last + VALIDATION_EVERY_MS)}`);
}

function judgeWaiting({ counts, spool }: BridgeStatus, now: number): Finding {
  const age = spool.oldestWaitingAt === undefined ? 0 : now - spool.oldestWaitingAt;
  const said = `${counts.waiting} of ${counts.accepted} events wait to be written`;
  if (spool.bytes > spool.maxBytes * FULL_SHARE)
    return warning(
      `${said}; they take ${Math.round((100 * spool.bytes) / spool.maxBytes)} % of SPOOL_MAX_BYTES`,
      'put right what keeps InfluxDB from taking points, or raise SPOOL_MAX_BYTES: past it the bridge answers 503',
    );
  return age > LATE_MS
    ? warning(
        `${said}, the oldest for ${inWords(age)}`,
        'put right what keeps InfluxDB from taking points; nothing is lost meanwhile',
      )
    : ok(said);
}

function judgeQuarantine({ quarantine }: BridgeStatus): Finding {
  return quarantine.items === 0
    ? ok('nothing is in quarantine')
    : warning(
        `${quarantine.items} ${quarantine.items === 1 ? 'item is' : 'items are'} in quarantine: what could not be used, kept whole`,
        'see what and why: qss-bridge quarantine list',
      );
}

function* judgeRejects({ receiver }: BridgeStatus): Iterable<Finding> {
  const reasons = Object.entries(receiver.rejected).filter(([, count]) => count > 0);
  if (reasons.length === 0) yield ok('no request was refused since the start');
  for (const [reason, count] of reasons) {
    const { what, fix } = meaningOf(reason);
    const said = `${count} ${count === 1 ? 'request was' : 'requests were'} refused since the start (${reason}): ${what}`;
    // Where events arrive, these came from strangers.
    yield isNoise(reason) && lastZoomEvent(receiver) !== undefined ? ok(said) : warning(said, fix);
  }
}
