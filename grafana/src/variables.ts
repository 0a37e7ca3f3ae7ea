import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE } from './data-source.js';
import { ROLLUP_BUCKET } from './flux/by-range.js';
import type { SharedTag } from './flux/names.js';
import { literal } from './flux/text.js';

/** Put in for "All": fits every value, and also points that lack the tag. */
const EVERYTHING = '.*';

/**
 * The name of the rollup bucket, which only the data source's own bucket has a macro for: of the buckets that its token may read,
 * the one with the usual name, else one that says what it is, else the only other one.
 */
export const rollupBucket = () =>
  new QueryVariableBuilder(ROLLUP_BUCKET)
    .label('Rollup bucket')
    .description('The bucket of INFLUX_ROLLUP_BUCKET')
    .hide(VariableHide.HideVariable)
    .datasource(DATA_SOURCE)
    .query(
      [
        'buckets()',
        '  |> filter(fn: (r) => r.name != v.defaultBucket and r.name !~ /^_/)',
        '  |> map(',
        '    fn: (r) => ({',
        '      _value: r.name,',
        '      rank: if r.name == "zoom_rollup" then 0 else if r.name =~ /(?i)roll.?up/ then 1 else 2,',
        '    }),',
        '  )',
        '  |> group()',
        '  |> sort(columns: ["rank", "_value"])',
        '  |> limit(n: 1)',
        '  |> keep(columns: ["_value"])',
      ].join('\n'),
    )
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.Disabled);

/** The variables by which dashboards are narrowed, and the tags that they choose. */
const CHOICES = {
  account: { tag: 'account_id', label: 'Account', family: 'zoom_place' },
  source: { tag: 'source', label: 'Source', family: 'zoom_place' },
  site: { tag: 'site', label: 'Site', family: 'zoom_place' },
  location: { tag: 'location', label: 'Location', family: 'zoom_place' },
  network_type: { tag: 'network_type', label: 'Network', family: 'zoom_place' },
  data_center: { tag: 'data_center', label: 'Data center', family: 'zoom_place' },
  device: { tag: 'device', label: 'Device', family: 'zoom_client' },
  client_version: { tag: 'client_version', label: 'Client version', family: 'zoom_client' },
} as const satisfies Record<
  string,
  {
    tag: SharedTag<'zoom_client'> | SharedTag<'zoom_place'>;
    label: string;
    family: 'zoom_client' | 'zoom_place';
  }
>;

export type Choice = keyof typeof CHOICES;

/** A variable with the values that a tag had in the range, none chosen. */
export function choice(name: Choice): QueryVariableBuilder {
  const { tag, label, family } = CHOICES[name];
  return everyValue(
    new QueryVariableBuilder(name)
      .label(label)
      .query(
        [
          'import "influxdata/influxdb/schema"',
          '',
          'schema.tagValues(',
          `  bucket: "\${${ROLLUP_BUCKET}}",`,
          `  tag: ${literal(tag)},`,
          `  predicate: (r) => r._measurement == ${literal(`${family}_1h`)} or r._measurement == ${literal(`${family}_5m`)},`,
          '  start: v.timeRangeStart,',
          '  stop: v.timeRangeStop,',
          ')',
        ].join('\n'),
      ),
  );
}

/** A variable of several values, or all. */
export function everyValue(variable: QueryVariableBuilder): QueryVariableBuilder {
  return variable
    .datasource(DATA_SOURCE)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
    .multi(true)
    .includeAll(true)
    .allValue(EVERYTHING)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

/** A variable of exactly one value. Where a query gives `text ⟦value⟧` the text is shown and the value put in. */
export function oneValue(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query(query)
    .regex('/^(?<text>.*) ⟦(?<value>.*)⟧$/')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled);
}

/** A variable that somebody types. */
export function typedText(name: string, label: string): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder(name).label(label).defaultValue('');
}

/** Conditions that the chosen values of these variables make on the tags of a family. */
export function narrowed<const Names extends readonly Choice[]>(
  ...names: Names
): { [N in Names[number] as (typeof CHOICES)[N]['tag']]: { chosenIn: string } } {
  return Object.fromEntries(names.map((name) => [CHOICES[name].tag, { chosenIn: name }])) as never;
}
