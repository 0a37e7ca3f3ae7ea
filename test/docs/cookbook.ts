import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/version.js';

/** What a column holds, as the table below a query tells it. */
export type ColumnType = 'text' | 'number' | 'time';

/** A query of a document, with what is said about its result. */
export type Recipe = {
  /** The headings above it. */
  readonly title: string;
  readonly flux: string;
  /** Empty where no table follows the query. */
  readonly columns: ReadonlyMap<string, ColumnType>;
};

/** A line such as `start = -7d // change: from when`; what stands there is replaced, the comment stays. */
const PARAMETER = /^(?<name>\w+) = (?<value>.*?) \/\/ change: (?<about>.+)$/;
const COLUMN = /^\| `(?<name>[^`]+)` \| (?<type>text|number|time) \| .+ \|$/;

/** Every ```flux block of a Markdown document, in order. */
export function readRecipes(markdown: string): readonly Recipe[] {
  const recipes: Recipe[] = [];
  let chapter = '';
  let section = '';
  let block: string[] | undefined;
  let columns = new Map<string, ColumnType>();
  for (const line of markdown.split('\n')) {
    if (block !== undefined) {
      if (line === '```') {
        columns = new Map();
        recipes.push({
          title: [chapter, section].filter(Boolean).join(': '),
          flux: block.join('\n'),
          columns,
        });
        block = undefined;
      } else block.push(line);
    } else if (line.startsWith('```flux')) block = [];
    else if (line.startsWith('## ')) [chapter, section] = [line.slice(3), ''];
    else if (line.startsWith('### ')) section = line.slice(4);
    else {
      const { name, type } = COLUMN.exec(line)?.groups ?? {};
      if (name !== undefined && isColumnType(type)) columns.set(name, type);
    }
  }
  return recipes;
}

/** The names of a query's parameters: what a reader is told to change. */
export function parametersOf(flux: string): readonly string[] {
  return flux.split('\n').flatMap((line) => PARAMETER.exec(line)?.groups?.['name'] ?? []);
}

/** The query with other values, each as Flux writes it, in the lines that say `// change:`. */
export function withParameters(flux: string, values: Readonly<Record<string, string>>): string {
  return flux
    .split('\n')
    .map((line) => {
      const { name, about } = PARAMETER.exec(line)?.groups ?? {};
      const value = name === undefined ? undefined : values[name];
      return value === undefined ? line : `${name} = ${value} // change: ${about}`;
    })
    .join('\n');
}

/** A document of the project. */
export function readDocument(path: string): string {
  return readFileSync(join(PACKAGE_ROOT, path), 'utf8');
}

function isColumnType(type: string | undefined): type is ColumnType {
  return type === 'text' || type === 'number' || type === 'time';
}
