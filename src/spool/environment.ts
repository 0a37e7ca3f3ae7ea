import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { Timed } from '../points/timed.js';
import { makeFolder } from './make-folder.js';
import type { QuarantineItem } from './quarantine-item.js';

/** The tables of the spool, all in one LMDB environment, so that one transaction can span them. */
export type SpoolTables = {
  readonly root: RootDatabase;
  readonly folder: string;
  /** Waiting events by sequence number; the value is what {@link packEvent} makes. */
  readonly events: Database<Buffer, number>;
  /** What has been seen; the value is what {@link packSeen} makes. */
  readonly seen: Database<Buffer, Buffer>;
  /** What was learned from earlier events. */
  readonly context: Database<{ readonly known: Timed; readonly touched: number }, string>;
  readonly quarantine: Database<QuarantineItem, number>;
  /** Counters, the last sequence number, the batch under way. */
  readonly meta: Database<unknown, string>;
};

/**
 * Opens the spool in a data folder; makes it where there is none, for the owner alone. Threads and processes may have it open at
 * the same time. A promise of a write is kept once the data is on disk: commits are flushed one after the other, never overlapped.
 * Writes that belong together go into one `batch`: the library's own gathering of them leaves a rejection behind that nobody can
 * catch when a commit fails.
 */
export function openTables(dataDir: string): SpoolTables {
  const path = join(dataDir, 'spool');
  makeFolder(path);
  const root = open({
    path,
    noSubdir: false,
    maxDbs: 8,
    overlappingSync: false,
    eventTurnBatching: false,
    compression: false,
  });
  for (const file of ['data.mdb', 'lock.mdb']) chmodSync(join(path, file), 0o600);
  return {
    root,
    folder: path,
    events: root.openDB<Buffer, number>({ name: 'events', encoding: 'binary' }),
    seen: root.openDB<Buffer, Buffer>({ name: 'seen', encoding: 'binary', keyEncoding: 'binary' }),
    context: root.openDB({ name: 'context', encoding: 'msgpack' }),
    quarantine: root.openDB<QuarantineItem, number>({ name: 'quarantine', encoding: 'msgpack' }),
    meta: root.openDB<unknown, string>({ name: 'meta', encoding: 'msgpack' }),
  };
}

/** How many bytes of pages a table takes. */
export function bytesOf(table: Pick<Database, 'getStats'>): number {
  const stats: Record<string, unknown> = table.getStats();
  const count = (name: string) => Number(stats[name] ?? 0);
  const pages = count('treeBranchPageCount') + count('treeLeafPageCount') + count('overflowPages');
  return pages * count('pageSize');
}

/** How many bytes a page has, which is as the system has it. */
export function pageBytesOf(table: Pick<Database, 'getStats'>): number {
  const stats: Record<string, unknown> = table.getStats();
  return Number(stats['pageSize'] ?? 0);
}

/** How many entries a table has. */
export function entriesOf(table: Pick<Database, 'getStats'>): number {
  const stats: Record<string, unknown> = table.getStats();
  return Number(stats['entryCount'] ?? 0);
}
