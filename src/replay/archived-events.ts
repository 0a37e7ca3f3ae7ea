import { statSync } from 'node:fs';
import type { ArchiveFile } from '../archive/archive-file.js';
import { readArchiveFile } from '../archive/read-archive.js';
import type { ArchivedEvent } from '../archive/record.js';

export type ArchivedEventsOptions = {
  readonly files: readonly ArchiveFile[];
  readonly onDamaged: (problem: string) => void;
  /** Told before each file. */
  readonly onFile?: (file: ArchiveFile) => void;
  /** Told how much of all files has been read, from 0 to 1. */
  readonly onShare?: (share: number) => void;
};

/** The events of these files in the order in which they were worked on. */
export async function* archivedEvents(options: ArchivedEventsOptions): AsyncGenerator<ArchivedEvent> {
  const { files, onDamaged, onFile, onShare } = options;
  const sizes = files.map(({ path }) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  const total = Math.max(
    1,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let before = 0;
  for (const [index, file] of files.entries()) {
    onFile?.(file);
    for await (const part of readArchiveFile(file)) {
      if (part.kind === 'damaged') onDamaged(`${file.name}, from byte ${part.at} on: ${part.problem}`);
      if (part.kind !== 'events') continue;
      yield* part.events;
      onShare?.(Math.min(1, (before + part.end) / total));
    }
    before += sizes[index] ?? 0;
  }
}
