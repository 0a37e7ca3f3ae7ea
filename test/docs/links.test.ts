import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'ava';
import { ROOT, readText } from '../deploy/repository.js';
import { DOCUMENTS } from './doc-commands.js';

const PAGES = [
  ...DOCUMENTS,
  'CHANGELOG.md',
  'deploy/config/README.md',
  ...readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`),
];

const withoutCode = (text: string) =>
  text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '').replaceAll(/`[^`\n]*`/g, (code) => code.slice(1, -1));

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = [...withoutCode(readText(page)).matchAll(/^#+ +(.*)$/gm)];
  return new Set(
    headings.map(([, heading = '']) => {
      const anchor = heading
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
}

const linksOf = (page: string) =>
  [...withoutCode(readText(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

for (const page of PAGES)
  test(`${page}: its links lead somewhere`, (t) => {
    const dead = linksOf(page).filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
      if (file.startsWith('..') || !existsSync(join(ROOT, file))) return true;
      if (anchor === undefined) return false;
      return statSync(join(ROOT, file)).isDirectory() || !anchorsOf(file).has(anchor);
    });
    t.deepEqual(dead, []);
  });

test('README.md leads to every page of docs', (t) => {
  const linked = linksOf('README.md').map((target) => target.split('#')[0]);
  t.deepEqual(
    DOCUMENTS.filter((page) => page.startsWith('docs/') && !linked.includes(page)),
    [],
  );
});
