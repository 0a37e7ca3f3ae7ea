import { unknownColumns, unknownNames } from './columns.js';
import type { VariableJson } from './dashboard-json.js';

/** The macros that Grafana's data source for InfluxDB fills in. */
const MACROS = new Set(['timeRangeStart', 'timeRangeStop', 'windowPeriod', 'defaultBucket', 'organization']);

/** What is wrong with a Flux query of a dashboard with these variables. */
export function* queryFaults(query: string, variables: readonly VariableJson[]): Generator<string> {
  if (query.includes('createEmpty: true'))
    yield 'createEmpty: true draws holes and makes a row of every empty window';
  for (const call of query.match(/aggregateWindow\([^|]*/g) ?? [])
    if (!call.includes('createEmpty: false')) yield 'aggregateWindow() without createEmpty: false';
  if (/every: v\.windowPeriod/.test(query)) yield 'windows may become shorter than a minute';
  for (const [, macro = ''] of query.matchAll(/\bv\.(\w+)/g))
    if (!MACROS.has(macro)) yield `Grafana has no macro v.${macro}`;
  for (const [bare] of query.matchAll(/\$(?!\{)\w+/g)) yield `${bare} has no braces`;
  for (const { 0: whole, 1: name = '', 2: format, index } of query.matchAll(/\$\{(\w+)(?::(\w+))?\}/g)) {
    const variable = variables.find((one) => one.name === name);
    if (variable === undefined) {
      yield `there is no variable ${name}`;
      continue;
    }
    const isHidden = variable.hide === 2;
    if (!isHidden && format !== 'regex')
      yield `${whole}: a chosen or typed value has to be escaped: \${${name}:regex}`;
    const isAnchored = query.slice(0, index).endsWith('/^') && query.startsWith('$/', index + whole.length);
    if (!isHidden && variable.type === 'query' && !isAnchored)
      yield `${whole} stands in no anchored regular expression`;
  }
  for (const column of unknownColumns(query)) yield `there is no column ${column}`;
  for (const name of unknownNames(query)) yield `the schema has no ${name}`;
}

/** Whether a query makes days: then its panel has to say whose. */
export function makesDays(query: string): boolean {
  return /every: 1d|_1d"/.test(query);
}
