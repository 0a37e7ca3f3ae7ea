import { createAdmin } from '../admin/app.js';
import { Happenings } from '../admin/happenings.js';
import { History } from '../admin/history.js';
import { findReceptionNotices, VALIDATION_EVERY_MS } from '../admin/reception.js';
import { findDamageNotices, findProblems, type Status, stateOf } from '../admin/status.js';
import { PickUp } from '../inbox/pick-up.js';
import type { InfluxTarget } from '../influx/influx-writer.js';
import type { Log } from '../log.js';
import { createReceiver } from '../receiver/app.js';
import { type Listening, listen } from '../receiver/listen.js';
import { ReceiverStats } from '../receiver/receiver-stats.js';
import type { Settings } from '../settings/settings.js';
import { damagedFiles } from '../spool/damaged-file.js';
import { withDataDir } from '../spool/data-dir-error.js';
import { entriesOf } from '../spool/environment.js';
import { lockDataDir } from '../spool/lock.js';
import { unpackEvent } from '../spool/packed-event.js';
import { Spool } from '../spool/spool.js';
import { VERSION } from '../version.js';
import { WriterHost } from '../writer/host.js';
import { privacyKey } from '../writer/privacy-key.js';
import { ownPoint } from './own-point.js';
import { shownSettings, withoutPassword } from './shown-settings.js';

/** How often the bridge writes how it is. */
const OWN_POINT_EVERY_MS = 15_000;

/** The history on the status page has a minute's steps. */
const MINUTE_MS = 60_000;

/** Shutting down: how long requests under way and waiting events get. Together under ten seconds. */
const REQUEST_GRACE_MS = 2_000;
const WRITE_GRACE_MS = 6_000;

/** Replayed events are taken while fewer events than these wait, so that what Zoom sends does not wait behind them for long. */
const REPLAY_WAITING = 8_000;

/** A running bridge. */
export type Bridge = {
  readonly webhookUrl: string;
  readonly adminUrl: string;
  status(): Status;
  /** Where to write from now on. Too late, and without effect, once it stops. */
  setTarget(target: InfluxTarget): void;
  /** Answers 503 from now on, writes what waits, and ends. Resolves with whether everything was written. */
  stop(): Promise<boolean>;
};

export type BridgeOptions = {
  readonly settings: Settings;
  readonly log: Log;
  readonly now?: () => number;
  readonly settleMs?: number;
  readonly countDistinct?: boolean;
};

/**
 * Starts receiving; writing begins when {@link Bridge.setTarget} has said where.
 *
 * @throws {ListenError} {@link DataDirLockedError} {@link DataDirError}, each with what to do
 */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { settings, now = Date.now, settleMs, countDistinct = false } = options;
  const happenings = new Happenings(options.log, now);
  const { log } = happenings;
  const unlock = withDataDir(settings.dataDir, () => lockDataDir(settings.dataDir));
  const startedAt = now();
  let stopping = false;
  const closers: (() => Promise<unknown>)[] = [async () => unlock()];
  const closeAll = async () => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const spool = withDataDir(settings.dataDir, () => new Spool(settings.dataDir, settings.spoolMaxBytes));
    closers.push(() => spool.close());
    if (spool.setAside !== undefined)
      log.error('the spool is damaged and was set aside; the bridge starts with an empty one', {
        file: spool.setAside.file,
        cause: spool.setAside.reason,
        bytes: spool.setAside.bytes,
      });
    // A key that can't be used is told at the start rather than by the writer.
    privacyKey(settings.dataDir);
    const stats = new ReceiverStats(spool.lastValidationAt(), (at) => spool.keepValidation(at));
    const history = new History(spool.counts());
    const writer = new WriterHost(
      {
        dataDir: settings.dataDir,
        owner: spool.owner,
        points: settings.points,
        archiveSeconds: settings.archiveSeconds,
        settleMs,
        countDistinct,
      },
      log,
    );
    closers.push(() => writer.stop(0));
    let target: InfluxTarget | undefined;
    let webhookUrl = '';

    const status = (): Status => {
      const received = stats.snapshot();
      const damaged = damagedFiles(settings.dataDir);
      const problems = [
        ...findProblems(spool.failure, writer.state, stopping),
        ...findReceptionNotices(received, startedAt, now()),
        ...findDamageNotices(damaged),
      ];
      const { lastValidationAt } = received;
      return {
        version: VERSION,
        startedAt,
        now: now(),
        state: stateOf(problems),
        problems,
        counts: spool.counts(),
        receiver: {
          ...received,
          webhookUrl,
          nextValidationAt:
            lastValidationAt === undefined ? undefined : lastValidationAt + VALIDATION_EVERY_MS,
        },
        spool: {
          bytes: spool.bytes(),
          maxBytes: settings.spoolMaxBytes,
          oldestWaitingAt: oldestWaiting(spool),
          damagedFiles: damaged,
        },
        quarantine: { items: entriesOf(spool.tables.quarantine) },
        writer: {
          ...writer.state,
          url: target === undefined ? undefined : withoutPassword(target.url),
          bucket: settings.influx.bucket,
        },
        history: history.minutes(),
        happenings: happenings.recent(),
        settings: shownSettings(settings),
      };
    };

    const receiver = createReceiver({
      settings,
      append: (body, receivedMs, at) => spool.append(body, receivedMs, { at }),
      stats,
      log,
      now,
    });
    const admin = await listenFor(
      settings.admin,
      ['ADMIN_HOST', 'ADMIN_PORT'],
      createAdmin(status, log).callback(),
      log,
    );
    closers.push(() => admin.close(0));
    const open = await listenFor(settings.webhook, ['HOST', 'PORT'], receiver.callback(), log);
    closers.push(() => open.close(0));
    const pickUp = new PickUp({
      dataDir: settings.dataDir,
      append: ({ body, again }) => spool.append(body, now(), { again }),
      hasRoom: () => spool.counts().waiting < REPLAY_WAITING && spool.bytes() < settings.spoolMaxBytes / 2,
      log,
    });
    closers.push(() => pickUp.stop());
    webhookUrl = `${open.url}${settings.webhook.path}`;
    const report = () => {
      if (target !== undefined) writer.writeOwn(ownPoint(status(), stats.takeDelay()));
    };
    const reporting = setInterval(report, OWN_POINT_EVERY_MS);
    reporting.unref();
    const remembering = setInterval(() => history.note(now(), spool.counts()), MINUTE_MS);
    remembering.unref();

    let stopped: Promise<boolean> | undefined;
    const stop = async (): Promise<boolean> => {
      stopping = true;
      clearInterval(reporting);
      clearInterval(remembering);
      spool.refuse();
      await pickUp.stop();
      await open.close(REQUEST_GRACE_MS);
      const everythingWritten = await writer.stop(WRITE_GRACE_MS);
      await admin.close(0);
      await spool.close();
      unlock();
      return everythingWritten;
    };
    return {
      webhookUrl,
      adminUrl: admin.url,
      status,
      setTarget: (next) => {
        if (stopping) return;
        target = next;
        writer.setTarget(next);
        // At once, so that a bridge without any event finds out whether it can write.
        report();
      },
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function listenFor(
  side: { readonly host: string; readonly port: number; readonly tls?: Settings['webhook']['tls'] },
  settingNames: readonly [string, string],
  handler: Parameters<typeof listen>[0],
  log: Log,
): Promise<Listening> {
  return listen(handler, { host: side.host, port: side.port, tls: side.tls, settingNames, log });
}

function oldestWaiting(spool: Spool): number | undefined {
  for (const { value } of spool.tables.events.getRange({ limit: 1 })) return unpackEvent(value).receivedMs;
  return undefined;
}
