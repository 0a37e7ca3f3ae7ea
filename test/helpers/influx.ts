import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InfluxDB } from '@influxdata/influxdb-client';
import { BucketsAPI, DeleteAPI } from '@influxdata/influxdb-client-apis';
import { connectAdmin } from '../../src/influx/influx-admin.js';
import { buildInfluxd } from '../../src/influx/local/build-influxd.js';
import { findInfluxd } from '../../src/influx/local/find-influxd.js';
import { onboardInfluxd } from '../../src/influx/local/onboard.js';
import type { RunningInfluxd } from '../../src/influx/local/running-influxd.js';
import { startInfluxd } from '../../src/influx/local/start-influxd.js';
import { provisionAccess } from '../../src/influx/provision.js';

/** The earliest and the latest moment that InfluxDB can hold. */
const FIRST_MOMENT = '1677-09-21T00:12:43.145224194Z';
const LAST_MOMENT = '2262-04-11T23:47:16.854775806Z';

/** A query that takes 5 seconds alone on a machine takes minutes where others have its processors and its disk. */
const PATIENT_MS = 200_000;

/** A client that waits longer for answers than the client's own 10 seconds, but not until ava ends the tests. */
export function influxClient({ url, token }: { url: string; token: string }): InfluxDB {
  return new InfluxDB({ url, token, timeout: PATIENT_MS });
}

/** What ava's test context offers for cleaning up; hooks have none, so there call `stop` in `after.always`. */
export interface Teardown {
  teardown(clean: () => Promise<void>): void;
}

export interface TestInfluxOptions {
  org?: string;
  bucket?: string;
  rollupBucket?: string;
  /** 0, the default, keeps points of any date. */
  retentionSeconds?: number;
  rollupRetentionSeconds?: number;
}

/** A real InfluxDB of its own for a test, empty, with the two buckets and tokens of a production one. */
export interface TestInflux {
  url: string;
  port: number;
  org: string;
  orgId: string;
  bucket: string;
  rollupBucket: string;
  /** May do everything. */
  token: string;
  writeToken: string;
  readToken: string;
  /** The folder of this test alone, removed by `stop`. */
  dataDir: string;
  tokensDir: string;
  /** @returns the rows of a Flux query, each with its columns by name. */
  query(flux: string): Promise<Record<string, unknown>[]>;
  /** @returns the id of the new bucket. */
  createBucket(name: string, options?: { retentionSeconds?: number }): Promise<string>;
  /** Removes every point of a bucket. */
  deleteAll(bucket: string): Promise<void>;
  /** @returns the process number of the server. */
  pid(): number;
  /** Sends the server a signal, and unless it is SIGSTOP or SIGCONT waits until it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Freezes the server: it takes connections and never answers. Resolves when it is frozen. */
  pause(): Promise<void>;
  /** Lets it go on. */
  resume(): void;
  /** Starts it again, on the same port and data; stops it before where it runs. */
  restart(): Promise<void>;
  /** Ends it and removes its folder; may be called again. */
  stop(): Promise<void>;
}

/** @returns the path of a real InfluxDB server program; builds it, which takes minutes, where there is none. */
export async function influxdForTests(): Promise<string> {
  const found = await findInfluxd();
  return found?.path ?? (await buildInfluxd({ progress: (line) => process.stderr.write(`${line}\n`) }));
}

/**
 * Starts a real InfluxDB on a free port of the loopback interface, in a folder of its own.
 *
 * @param t - the test, which then stops it at its end; without, call `stop` yourself
 */
export async function startTestInflux(t?: Teardown, options: TestInfluxOptions = {}): Promise<TestInflux> {
  const { org = 'test', bucket = 'zoom', rollupBucket = 'zoom_rollup' } = options;
  const binary = await influxdForTests();
  const dataDir = await mkdtemp(join(tmpdir(), 'qss-bridge-influx-'));
  const tokensDir = join(dataDir, 'tokens');
  let server: RunningInfluxd = await startInfluxd({ binary, dataDir });
  const { url, port } = server;
  const stop = async (): Promise<void> => {
    server.kill('SIGCONT');
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  t?.teardown(stop);
  const { token } = await onboardInfluxd({ url, dataDir, org, bucket });
  const { orgId, writeToken, readToken } = await provisionAccess(
    await connectAdmin({ url, org, adminToken: token }),
    {
      url,
      org,
      adminToken: token,
      bucket,
      rollupBucket,
      retentionSeconds: options.retentionSeconds ?? 0,
      rollupRetentionSeconds: options.rollupRetentionSeconds ?? 0,
      tokensDir,
    },
  );
  const client = influxClient({ url, token });
  return {
    url,
    port,
    org,
    orgId,
    bucket,
    rollupBucket,
    token,
    writeToken,
    readToken,
    dataDir,
    tokensDir,
    query: (flux) => client.getQueryApi(org).collectRows<Record<string, unknown>>(flux),
    createBucket: async (name, { retentionSeconds = 0 } = {}) => {
      const created = await new BucketsAPI(client).postBuckets({
        body: { orgID: orgId, name, retentionRules: [{ type: 'expire', everySeconds: retentionSeconds }] },
      });
      return String(created.id);
    },
    deleteAll: (name) =>
      new DeleteAPI(client).postDelete({
        org,
        bucket: name,
        body: { start: FIRST_MOMENT, stop: LAST_MOMENT },
      }),
    pid: () => server.pid,
    kill: async (signal) => {
      server.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') {
        await server.exited;
      }
    },
    pause: async () => {
      server.kill('SIGSTOP');
      await untilStopped(server.pid);
    },
    resume: () => server.kill('SIGCONT'),
    restart: async () => {
      server.kill('SIGCONT');
      await server.stop();
      server = await startInfluxd({ binary, dataDir, port });
    },
    stop,
  };
}

/** A signal takes a moment to arrive; where there is no `/proc` to look at, a longer one is waited for. */
async function untilStopped(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (/\) T /.test(state)) {
      return;
    }
    await delay(5);
  }
}
