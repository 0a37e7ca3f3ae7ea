import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`there is no package.json above ${import.meta.dirname}`);
  return findRoot(parent);
}

/** The repository's top folder. */
export const ROOT = findRoot(import.meta.dirname);

/** A file of the repository as text. */
export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
