import type { ArchiveFile } from '../archive/archive-file.js';
import { readArchiveFile } from '../archive/read-archive.js';
import type { ArchivedEvent } from '../archive/record.js';

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
