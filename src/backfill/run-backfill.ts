import { InfluxDB } from '@influxdata/influxdb-client';
import { explainInfluxError } from '../influx/explain-influx-error.js';
import { connectAdmin } from '../influx/influx-admin.js';
import { bucketRetention } from '../influx/provision-buckets.js';
import type { Log } from '../log.js';
import { ProgressBar } from '../replay/progress.js';
import type { Settings } from '../settings/settings.js';
import { type BackfillResult, backfill } from './backfill.js';
import { planBackfill } from './plan.js';
import { findRollupTarget } from './rollup-target.js';

/** A query of a few windows takes seconds; where InfluxDB has much else to do, longer. */
const QUERY_MS = 600_000;

export type BackfillRun = {
  readonly settings: Settings;
  readonly log: Log;
  /** ms since 1970 */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly signal: AbortSignal;
  readonly out: (line: string) => void;
  readonly showProgress: (text: string) => void;
  readonly terminal: boolean;
};

/** How a backfill ended: all was made, there was nothing to make it from, or it was stopped. */
export type BackfillEnd = 'made' | 'nothing' | 'stopped';

/**
 * Makes the rollups of a range and tells about it.
 *
 * @throws {InfluxSetupError} where InfluxDB can't be had or refuses, with what to do about it
 */
export async function runBackfill(run: BackfillRun): Promise<BackfillEnd> {
  const { settings, from, to, now, signal, out, terminal } = run;
  const { bucket, rollupBucket } = settings.influx;
  const target = await findRollupTarget(settings, run.log);
  const bar = new ProgressBar(run.showProgress, terminal);
  try {
    const admin = await connectAdmin({ ...target, adminToken: target.token });
    const kept = [await bucketRetention(admin, bucket), await bucketRetention(admin, rollupBucket)];
    const keptFrom = Math.max(...kept.map((seconds) => (seconds === 0 ? 0 : now - seconds * 1_000)));
    if (from < keptFrom)
      out(
        `windows that begin before ${moment(keptFrom)} are left as they are: their points are not kept any more`,
      );
    const client = new InfluxDB({ url: admin.url, token: target.token, timeout: QUERY_MS });
    const api = client.getQueryApi(target.org);
    const result = await backfill({
      chunks: planBackfill({ from, to, now, keptFrom }),
      buckets: { bucket, rollupBucket },
      query: async (flux) => {
        try {
          return await api.collectRows<Record<string, unknown>>(flux);
        } catch (error) {
          throw explainInfluxError(error, admin.url, 'make rollups');
        }
      },
      signal,
      onProgress: ({ values, share }) =>
        bar.show({ what: 'making rollups', done: values, unit: 'values', share }),
    });
    bar.clear();
    return tell(result, run);
  } finally {
    bar.clear();
    await target.end();
  }
}

function tell({ values, stoppedAt }: BackfillResult, { from, to, settings, out }: BackfillRun): BackfillEnd {
  const { bucket, rollupBucket } = settings.influx;
  if (stoppedAt !== undefined) {
    out(`stopped at ${moment(stoppedAt)}; go on with --from ${moment(stoppedAt)}, or run the same again`);
    return 'stopped';
  }
  if (values === 0) {
    out(`there is nothing to sum up in ${bucket} from ${moment(from)} to ${moment(to)}`);
    return 'nothing';
  }
  out(
    `made the rollups from ${moment(from)} to ${moment(to)}: ${values.toLocaleString('en')} values in ${rollupBucket}`,
  );
  return 'made';
}

const moment = (ms: number) => new Date(ms).toISOString().replace(/(:00)?\.000Z$/, 'Z');
