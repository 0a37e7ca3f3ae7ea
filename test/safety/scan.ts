import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { open } from 'lmdb';

/** Which of the words stand somewhere in these bytes; letters in either case. */
export function wordsIn(bytes: Uint8Array | string, words: readonly string[]): string[] {
  const text = (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')).toLowerCase();
  return words.filter((word) => {
    const lower = word.toLowerCase();
    return text.includes(lower) || text.includes(Buffer.from(lower).toString('latin1'));
  });
}

/** Every file below a folder, and the words in its bytes; files without any are left out. */
export function filesWith(folder: string, words: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const inIt = wordsIn(readFileSync(path), words);
    if (inIt.length > 0) found[relative(folder, path)] = inIt;
  }
  return found;
}

const TABLES = ['events', 'seen', 'context', 'quarantine', 'meta'] as const;

/** The words in what the spool's tables hold now, by table, keys and values as they lie there; tables without any are left out. */
export async function tablesWith(
  dataDir: string,
  words: readonly string[],
): Promise<Record<string, string[]>> {
  const root = open({ path: join(dataDir, 'spool'), noSubdir: false, maxDbs: 8, readOnly: true });
  const found: Record<string, string[]> = {};
  try {
    for (const name of TABLES) {
      const table = root.openDB<Buffer, Buffer>({ name, encoding: 'binary', keyEncoding: 'binary' });
      const all: Buffer[] = [];
      for (const { key, value } of table.getRange()) all.push(Buffer.from(key), Buffer.from(value));
      const inIt = wordsIn(Buffer.concat(all), words);
      if (inIt.length > 0) found[name] = inIt;
    }
  } finally {
    await root.close();
  }
  return found;
}
