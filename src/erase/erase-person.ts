import { InfluxDB } from '@influxdata/influxdb-client';
import { DeleteAPI } from '@influxdata/influxdb-client-apis';
import { findRollupTarget } from '../backfill/rollup-target.js';
import { connectAdmin } from '../influx/influx-admin.js';
import type { Log } from '../log.js';
import { makeShield } from '../points/privacy.js';
import type { Settings } from '../settings/settings.js';
import { damagedFiles } from '../spool/damaged-file.js';
import { withDataDir } from '../spool/data-dir-error.js';
import { openTables } from '../spool/environment.js';
import { isDataDirLocked, lockDataDir } from '../spool/lock.js';
import { existingPrivacyKey } from '../writer/privacy-key.js';
import { eraseFromArchive } from './erase-archive.js';
import { dropItems, findInSpool, forget } from './erase-spool.js';
import { findPersonFlux, predicatesFor, readNamedAt } from './find-points.js';
import { mentionsOf } from './mentions.js';

const QUERY_MS = 600_000;

export type ErasureOptions = {
  readonly settings: Settings;
  readonly log: Log;
  /** Texts that name the person. */
  readonly texts: readonly string[];
  /** False: only say what would be deleted. */
  readonly remove: boolean;
};

/** What was found, and deleted unless only looked for. */
export type Erasure = {
  /** What InfluxDB was told to delete, as predicates. */
  readonly predicates: readonly string[];
  readonly quarantined: number;
  readonly archived: number;
  readonly remembered: number;
  /** What could not be deleted now, for a person to read. */
  readonly left: readonly string[];
};

/**
 * Deletes what is stored of one person: points, quarantine, archive, and what the bridge remembers. Where pseudonyms are stored,
 * those of the texts are looked for as well.
 *
 * @throws {InfluxSetupError} where InfluxDB can't be had or refuses
 */
export async function erasePerson(options: ErasureOptions): Promise<Erasure> {
  const { settings, texts } = options;
  const all = [...texts, ...pseudonyms(settings.dataDir, texts)];
  const predicates = await erasePoints(options, all);
  return { predicates, ...(await eraseEvents(options, all)) };
}

function pseudonyms(dataDir: string, texts: readonly string[]): string[] {
  const key = existingPrivacyKey(dataDir);
  if (key === undefined) return [];
  const shield = makeShield('pseudonymous', key);
  return texts.flatMap((text) => shield(text) ?? []);
}

async function erasePoints(
  { settings, log, remove }: ErasureOptions,
  texts: readonly string[],
): Promise<string[]> {
  const target = await findRollupTarget(settings, log);
  try {
    const admin = await connectAdmin({ ...target, adminToken: target.token });
    const client = new InfluxDB({ url: admin.url, token: target.token, timeout: QUERY_MS });
    const { bucket } = settings.influx;
    const rows = await admin.attempt('look for the person', () =>
      client.getQueryApi(target.org).collectRows<Record<string, unknown>>(findPersonFlux(bucket, texts)),
    );
    const predicates = predicatesFor(rows.map(readNamedAt));
    const deleting = new DeleteAPI(client);
    for (const predicate of remove ? predicates : [])
      await admin.attempt('delete points', () =>
        deleting.postDelete({
          org: target.org,
          bucket,
          body: { start: '1970-01-01T00:00:00Z', stop: '2200-01-01T00:00:00Z', predicate },
        }),
      );
    return predicates;
  } finally {
    await target.end();
  }
}

async function eraseEvents(
  { settings, remove }: ErasureOptions,
  texts: readonly string[],
): Promise<Omit<Erasure, 'predicates'>> {
  const { dataDir } = settings;
  const mentions = mentionsOf(texts);
  const isRunning = isDataDirLocked(dataDir);
  // Without a bridge this holds the folder, so that none starts meanwhile.
  const unlock = isRunning ? () => {} : lockDataDir(dataDir);
  try {
    const tables = withDataDir(dataDir, () => openTables(dataDir));
    try {
      const { quarantined, remembered, waiting } = findInSpool(tables, mentions);
      const archive = await eraseFromArchive(dataDir, mentions, { isRunning, remove });
      if (remove) dropItems(tables, quarantined);
      if (remove && !isRunning) forget(tables, remembered);
      const left: string[] = [];
      if (waiting > 0) left.push(`${waiting} waiting events: let the bridge write them, then run this again`);
      if (isRunning && remembered.length > 0)
        left.push(
          `${remembered.length} entries of what the running bridge remembers: they go 48 hours after the last event of their meeting, or stop the bridge and run this again`,
        );
      for (const file of archive.skipped)
        left.push(`${file} of the archive: it is being written, or damaged; run this again in an hour`);
      for (const file of damagedFiles(dataDir))
        left.push(`${file}: it may name them; take out what is of use, then delete it`);
      return {
        quarantined: quarantined.length,
        archived: archive.events,
        remembered: isRunning ? 0 : remembered.length,
        left,
      };
    } finally {
      await tables.root.close();
    }
  } finally {
    unlock();
  }
}
