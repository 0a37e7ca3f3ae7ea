import { type ArchiveFile, HOUR_MS } from '../archive/archive-file.js';
import { readArchiveFile } from '../archive/read-archive.js';
import type { ArchivedEvent } from '../archive/record.js';
import type { TimeRange } from './time-range.js';

/**
 * What is known of a participant is kept for two days: so long before the first event that is meant begins what has to be worked on
 * for its sake. And so long an event may have lain in the spool before it came into the archive.
 */
const AROUND_MS = 48 * HOUR_MS;

/** Files that may hold events of this time, or events that these depend on. */
export function filesAround(files: readonly ArchiveFile[], { from, to }: TimeRange): ArchiveFile[] {
  return files.filter(
    ({ hourMs }) =>
      hourMs + HOUR_MS > (from ?? Number.NEGATIVE_INFINITY) - AROUND_MS &&
      hourMs < (to ?? Number.POSITIVE_INFINITY) + AROUND_MS,
  );
}

export type ArchivedEventsOptions = {
  readonly files: readonly ArchiveFile[];
  readonly onDamaged: (problem: string) => void;
  /** Told before each file which one it is, counted from 0. */
  readonly onFile: (index: number) => void;
};

/** The events of these files in the order in which they were worked on. */
export async function* archivedEvents(options: ArchivedEventsOptions): AsyncGenerator<ArchivedEvent> {
  const { files, onDamaged, onFile } = options;
  for (const [index, file] of files.entries()) {
    onFile(index);
    for await (const part of readArchiveFile(file)) {
      if (part.kind === 'events') yield* part.events;
      if (part.kind === 'damaged') onDamaged(`${file.name}, from byte ${part.at} on: ${part.problem}`);
    }
  }
}
