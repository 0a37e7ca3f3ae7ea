import type { FieldOf, Measurement, TagOf } from '../flux/names.js';
import { raw, type Stream, union, type Where } from '../flux/stream.js';
import { indented, literal, literals } from '../flux/text.js';

/** Fewer samples than these fire nothing: one bad call is no bad site. */
const ENOUGH_SAMPLES = 100;

/** The same for phone calls, of which there are fewer. */
const ENOUGH_PHONE_SAMPLES = 30;

/** A row for each set of tags, with the time of the end of the range, so that Grafana sees one number per set of labels. */
function oneNumber(rows: string, value: string, labels: readonly string[]): string {
  return [
    rows,
    '  |> map(',
    '    fn: (r) => {',
    `      value = ${value}`,
    '',
    `      return {${['_time: v.timeRangeStop', '_value: value', ...labels.map((label) => `${label}: r.${label}`)].join(', ')}}`,
    '    },',
    '  )',
    `  |> group(columns: ${literals(labels)})`,
  ].join('\n');
}

/**
 * Rows of several numbers about the same samples, one row for each set of tags.
 *
 * @param parts the columns, and the steps from `samples` to each
 * @param only a Flux condition on the row `r`
 */
function numbersOf(
  samples: Stream<string>,
  parts: Readonly<Record<string, readonly string[]>>,
  by: readonly string[],
  only: string,
): string {
  const streams = Object.entries(parts).map(([name, steps]) =>
    ['samples', ...steps, `set(key: "_field", value: ${literal(name)})`].join(' |> '),
  );
  return [
    `samples =\n${indented(String(samples))}`,
    '',
    union(streams),
    '  |> group()',
    `  |> pivot(rowKey: ${literals(by)}, columnKey: ["_field"], valueColumn: "_value")`,
    `  |> filter(fn: (r) => ${only})`,
  ].join('\n');
}

const COUNT = ['count()', 'toFloat()'] as const;

/** Share of samples, percent, by tags: of those with enough of them. */
export function share<M extends Measurement>(
  measurement: M,
  field: FieldOf<M>,
  bad: string,
  by: readonly TagOf<M>[],
  where: Where<TagOf<M>>,
): string {
  const samples = raw(measurement, field)
    .where(where)
    .group(...by);
  const parts = { samples: COUNT, bad: [`filter(fn: (r) => ${bad}, onEmpty: "keep")`, ...COUNT] };
  const rows = numbersOf(samples, parts, by, `r.samples >= ${ENOUGH_SAMPLES}.0`);
  return oneNumber(rows, '100.0 * r.bad / r.samples', by);
}

/** Mean opinion score of phone calls, by account. */
export function phoneScore(): string {
  const parts = { samples: COUNT, mos: ['mean()'] };
  const samples = raw('zoom_call', 'mos').group('account_id');
  const rows = numbersOf(samples, parts, ['account_id'], `r.samples >= ${ENOUGH_PHONE_SAMPLES}.0`);
  return oneNumber(rows, 'r.mos', ['account_id']);
}

/** People that make a meeting a large one. */
const LARGE = 20;

/** Share of poor minutes of large meetings, percent. */
export function largeMeetings(): string {
  const parts = {
    poor: ['group(columns: ["meeting"])', 'mean()'],
    people: [
      'group(columns: ["meeting", "participant"])',
      'count()',
      'group(columns: ["meeting"])',
      ...COUNT,
    ],
  };
  const rows = numbersOf(raw('zoom_qos', 'poor'), parts, ['meeting'], `r.people >= ${LARGE}.0`);
  return oneNumber(rows, '100.0 * r.poor', ['meeting']);
}

/** Events in the same hour of the day before that are expected to come again. */
const EXPECTED = 60;

/** 1 where events came a day or a week ago at this time, and none came in the last half hour; else 0. */
export function silence(): string {
  const counted = (name: string, start: string, stop: string) =>
    [
      `${name} =`,
      indented(
        String(
          raw('qss_bridge', 'accepted', { start, stop })
            .group('instance')
            .pipe(
              'increase()',
              'last()',
              `set(key: "_field", value: "${name}")`,
              'keep(columns: ["instance", "_field", "_value"])',
            ),
        ),
      ),
    ].join('\n');
  const rows = [
    'import "date"',
    '',
    'half = date.sub(d: 30m, from: v.timeRangeStop)',
    counted('came', 'half', 'v.timeRangeStop'),
    counted('day', 'date.sub(d: 24h, from: half)', 'date.sub(d: 24h, from: v.timeRangeStop)'),
    counted('week', 'date.sub(d: 7d, from: half)', 'date.sub(d: 7d, from: v.timeRangeStop)'),
    '',
    'union(tables: [came, day, week])',
    '  |> group()',
    '  |> pivot(rowKey: ["instance"], columnKey: ["_field"], valueColumn: "_value")',
  ].join('\n');
  const expected = `(exists r.day and r.day >= ${EXPECTED}.0 or exists r.week and r.week >= ${EXPECTED}.0)`;
  return oneNumber(rows, `if ${expected} and (not exists r.came or r.came == 0.0) then 1.0 else 0.0`, [
    'instance',
  ]);
}

/** Seconds that the bridge is behind: the age of its last point about itself, and that of the oldest waiting event at that time. */
export function behind(): string {
  const rows = String(raw('qss_bridge', 'lag_ms').group('instance').pipe('last()', 'group()'));
  return oneNumber(
    rows,
    '(float(v: int(v: v.timeRangeStop) - int(v: r._time)) / 1000000000.0) + r._value / 1000.0',
    ['instance'],
  );
}

/** Hours since the last URL validation. */
export function validationAge(): string {
  const rows = String(raw('qss_bridge', 'validation_age_s').group('instance').pipe('last()', 'group()'));
  return oneNumber(rows, 'r._value / 3600.0', ['instance']);
}
