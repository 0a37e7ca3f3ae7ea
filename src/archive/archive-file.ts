import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One file of the archive. */
export type ArchiveFile = {
  readonly name: string;
  readonly path: string;
  /** Beginning of the hour in which it was written, ms since 1970. */
  readonly hourMs: number;
  /** Files of the same hour are numbered: each start of the bridge begins one. */
  readonly part: number;
};

export const HOUR_MS = 3_600_000;

const NAME = /^(\d{4}-\d{2}-\d{2}T\d{2})(?:_(\d{1,6}))?\.jsonl\.gz$/;

/** Where the archive of a data folder lies. */
export function archiveFolder(dataDir: string): string {
  return join(dataDir, 'archive');
}

/** The name of an hour's first, second, … file: `2026-01-15T10.jsonl.gz`, `2026-01-15T10_1.jsonl.gz`. */
export function archiveFileName(hourMs: number, part: number): string {
  const hour = new Date(hourMs).toISOString().slice(0, 13);
  return `${hour}${part === 0 ? '' : `_${part}`}.jsonl.gz`;
}

/** All files of an archive in the order in which they were written; none where there is no such folder. */
export function listArchive(folder: string): ArchiveFile[] {
  return namesIn(folder)
    .flatMap((name) => readName(folder, name) ?? [])
    .sort((left, right) => left.hourMs - right.hourMs || left.part - right.part);
}

function readName(folder: string, name: string): ArchiveFile | undefined {
  const match = NAME.exec(name);
  const hourMs = Date.parse(`${match?.[1]}:00:00Z`);
  if (match === null || Number.isNaN(hourMs)) return undefined;
  return { name, path: join(folder, name), hourMs, part: Number(match[2] ?? 0) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
