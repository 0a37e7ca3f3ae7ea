import { readdir, readFile } from 'node:fs/promises';
import { readSites, type SiteFinder } from '../../src/points/sites.js';

const FOLDER = new URL('../../../test/fixtures/', import.meta.url);

/** An event as Zoom sends it and the lines it becomes after those before it. */
export type Fixture = {
  readonly name: string;
  readonly body: string;
  readonly lines: readonly string[];
};

/** All fixtures in the order in which they are folded; what came before decides the context tags. */
export async function readFixtures(): Promise<Fixture[]> {
  const names: unknown = JSON.parse(await readFile(new URL('sequence.json', FOLDER), 'utf8'));
  if (!Array.isArray(names)) throw new Error('sequence.json is no list');
  return Promise.all(names.map((name) => readFixture(String(name))));
}

async function readFixture(name: string): Promise<Fixture> {
  const body = await readFile(new URL(`${name}.json`, FOLDER), 'utf8');
  const lines = await readFile(new URL(`${name}.lp`, FOLDER), 'utf8');
  return { name, body, lines: lines.split('\n').filter((line) => line !== '') };
}

/** The site list of the fixtures. */
export async function fixtureSites(): Promise<SiteFinder> {
  return readSites(await readFile(new URL('sites.csv', FOLDER), 'utf8'));
}

/** Names of the fixtures that are in the folder, whether in the sequence or not. */
export async function fixtureNames(extension: 'json' | 'lp'): Promise<string[]> {
  const names = await readdir(FOLDER);
  return names
    .filter((name) => name.endsWith(`.${extension}`) && name !== 'sequence.json')
    .map((name) => name.slice(0, -extension.length - 1));
}
