import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readText } from '../deploy/repository.js';

/** The documents that tell people what to type. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A command of a document: a line of a sh block with what continues it, or a block that is one script. */
export type DocCommand = {
  /** File and first line, to find it by. */
  readonly where: string;
  /** Its first line without the comment: what the tests know it by. */
  readonly name: string;
  /** As it stands there, without what indents the block. */
  readonly text: string;
};

/** A fenced block: its language, and its lines without what indents them. */
export type Block = { readonly where: string; readonly language: string; readonly text: string };

/** Sets a variable for later lines, or loops: then the block is one script. */
const SCRIPT = /^(\w+=(\S*$|\$\()|while |for |if )/m;

/** Programs whose names begin a command in running text. */
const INLINE = /`((?:qss-bridge|npm|npx|docker compose) [^`\n]+)`/g;

/** Every fenced block of a document. */
export function blocksOf(document: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { indent: number; language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of readText(document).split('\n').entries()) {
    const fence = /^( *)```(\w*)$/.exec(line);
    if (open === undefined) {
      if (fence !== null)
        open = { indent: fence[1]?.length ?? 0, language: fence[2] ?? '', line: index + 2, lines: [] };
    } else if (fence !== null && fence[2] === '') {
      blocks.push({
        where: `${document}:${open.line}`,
        language: open.language,
        text: open.lines.join('\n'),
      });
      open = undefined;
    } else open.lines.push(line.slice(open.indent));
  }
  return blocks;
}

/** Every command in the sh blocks of a document, in order. */
export function commandsOf(document: string): readonly DocCommand[] {
  return blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ where, text }) => {
      const [file, first] = where.split(':');
      return statements(text).map(({ text: statement, offset }) => ({
        where: `${file}:${Number(first) + offset}`,
        name: nameOf(statement),
        text: statement,
      }));
    });
}

/** Every command that running text and tables name. */
export function namedCommandsOf(document: string): readonly DocCommand[] {
  const outside = readText(document).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, (block) =>
    block.replaceAll(/[^\n]/g, ''),
  );
  return [...outside.matchAll(INLINE)].map((found) => {
    const text = found[1] ?? '';
    const line = outside.slice(0, found.index).split('\n').length;
    return { where: `${document}:${line}`, name: text, text };
  });
}

function statements(block: string): { text: string; offset: number }[] {
  if (SCRIPT.test(block)) return [{ text: block, offset: 0 }];
  const found: { text: string; offset: number }[] = [];
  let open: { text: string; offset: number } | undefined;
  for (const [offset, line] of block.split('\n').entries()) {
    open = open === undefined ? { text: line, offset } : { ...open, text: `${open.text}\n${line}` };
    if (line.endsWith('\\') || (open.text.split("'").length - 1) % 2 === 1) continue;
    if (open.text.trim() !== '') found.push(open);
    open = undefined;
  }
  return found;
}

function nameOf(statement: string): string {
  return (statement.split('\n')[0] ?? '').replace(/ +# .*$/, '').replace(/ *\\$/, '');
}
