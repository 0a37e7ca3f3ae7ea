import type { ReceiverSnapshot } from '../receiver/receiver-stats.js';
import type { EventCounts } from '../spool/counts.js';
import type { WriterState } from '../writer/host.js';
import type { Happening } from './happenings.js';
import type { Minute } from './history.js';

/** Everything the private side shows; plain data, without secrets and personal values. Times are ms since 1970. */
export type Status = {
  readonly version: string;
  readonly startedAt: number;
  readonly now: number;
  readonly state: 'ok' | 'degraded' | 'unavailable';
  /** What is wrong now, in words, with what to do about it. */
  readonly problems: readonly Problem[];
  readonly counts: EventCounts;
  readonly receiver: ReceiverSnapshot & {
    readonly webhookUrl: string;
    /** When Zoom should next ask for the URL validation; undefined where it has not asked yet. */
    readonly nextValidationAt: number | undefined;
  };
  readonly spool: {
    readonly bytes: number;
    readonly maxBytes: number;
    readonly oldestWaitingAt: number | undefined;
    /** Spools that were found damaged, set aside, and not taken away since; paths. */
    readonly damagedFiles: readonly string[];
  };
  readonly quarantine: { readonly items: number };
  readonly writer: WriterState & { readonly url: string | undefined; readonly bucket: string };
  /** The last hour, a minute at a time, oldest first. */
  readonly history: readonly Minute[];
  /** The last lines that were worth logging, latest first. */
  readonly happenings: readonly Happening[];
  /** The settings in force, secrets masked. */
  readonly settings: Readonly<Record<string, string>>;
};

/** Something that is wrong, and what to do about it. */
export type Problem = {
  readonly code: string;
  /** `notice`: worth a look, but nothing that keeps the bridge from its work. */
  readonly severity: 'notice' | 'degraded' | 'unavailable';
  readonly what: string;
  readonly fix: string;
};

const FIXES: Record<string, string> = {
  not_configured: 'wait until the local InfluxDB has started; the log says how far it is',
  unreachable: 'check that InfluxDB runs and that INFLUX_URL is right; events wait on disk meanwhile',
  timeout: 'check the load and the disk of InfluxDB; events wait on disk meanwhile',
  unauthorized: 'run "qss-bridge setup" for a valid token and set INFLUX_TOKEN',
  not_found: 'run "qss-bridge setup" to create the bucket, or correct INFLUX_ORG and INFLUX_BUCKET',
  overloaded: 'InfluxDB asks for time; nothing is lost meanwhile',
  server_error: "look into InfluxDB's own log; events wait on disk meanwhile",
  not_influxdb:
    'INFLUX_URL leads to something that is not InfluxDB 2, such as a proxy\u2019s page: correct it',
  writer_failed: 'look into the log; the writer is started again by itself',
};

/** Finds what is wrong. */
export function findProblems(
  storageFailure: string | undefined,
  writer: WriterState,
  stopping: boolean,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (stopping)
    problems.push({
      code: 'stopping',
      severity: 'unavailable',
      what: 'the bridge is shutting down',
      fix: 'start it again',
    });
  if (storageFailure !== undefined)
    problems.push({
      code: 'storage',
      severity: 'unavailable',
      what: `events can't be stored: ${storageFailure}`,
      fix: 'make room on the disk of DATA_DIR or raise SPOOL_MAX_BYTES; Zoom tries again for 85 minutes',
    });
  const { obstacle } = writer;
  if (obstacle !== undefined)
    problems.push({
      code: obstacle.reason,
      severity: 'degraded',
      what: `InfluxDB takes no points: ${obstacle.message}`,
      fix: FIXES[obstacle.reason] ?? 'look into the log',
    });
  return problems;
}

/** Events that can not be taken out of a damaged spool by the bridge itself need somebody to look at them. */
export function findDamageNotices(damagedFiles: readonly string[]): readonly Problem[] {
  if (damagedFiles.length === 0) return [];
  return [
    {
      code: 'spool_damaged',
      severity: 'notice',
      what: `the spool was damaged and set aside: ${damagedFiles.join(', ')}`,
      fix: `look for what damaged it (disk, copies, virus scanners); give the bridge the events that are still in it with "qss-bridge replay ${damagedFiles.at(-1) ?? ''}", then delete it`,
    },
  ];
}

/** The worst of all problems decides. */
export function stateOf(problems: readonly Problem[]): Status['state'] {
  if (problems.some(({ severity }) => severity === 'unavailable')) return 'unavailable';
  return problems.some(({ severity }) => severity === 'degraded') ? 'degraded' : 'ok';
}
