import { WINDOW_OF_RAW } from '../flux/by-range.js';
import type { FieldOf } from '../flux/names.js';
import { raw, type Stream, type Where } from '../flux/stream.js';

const CHOSEN = { instance: { chosenIn: 'instance' } } as const;

/** A gauge of the bridge over time, a line for each instance. */
export function gauge(field: FieldOf<'qss_bridge'>, fn: 'max' | 'mean' = 'max'): string {
  return [
    WINDOW_OF_RAW,
    '',
    raw('qss_bridge', field)
      .where(CHOSEN)
      .group('instance')
      .window(fn)
      .pipe('keep(columns: ["_time", "_value", "instance"])'),
  ].join('\n');
}

/** Growth per second of a count of the bridge, over time. A restart or a new data folder begins at 0 again. */
export function rate(field: FieldOf<'qss_bridge'>): string {
  return [
    WINDOW_OF_RAW,
    '',
    raw('qss_bridge', field)
      .where(CHOSEN)
      .group('instance')
      .pipe('derivative(unit: 1s, nonNegative: true)')
      .window('mean')
      .pipe('keep(columns: ["_time", "_value", "instance"])'),
  ].join('\n');
}

/** Growth of a count of the bridge in the range. */
export function growth(field: FieldOf<'qss_bridge'>): string {
  return raw('qss_bridge', field)
    .where(CHOSEN)
    .group('instance')
    .pipe('increase()', 'last()', 'group()', 'sum()', 'keep(columns: ["_value"])')
    .toString();
}

/** The latest value of a gauge: of all instances, or of those chosen, the highest or the sum. */
export function latest(
  field: FieldOf<'qss_bridge'>,
  fn: 'max' | 'sum',
  where: Where<'instance'> = CHOSEN,
): Stream<'instance'> {
  return raw('qss_bridge', field).where(where).group('instance').aggregate('last').group().aggregate(fn);
}

/** The query of {@link latest}. */
export function showingLatest(...asked: Parameters<typeof latest>): string {
  return latest(...asked)
    .pipe('keep(columns: ["_value"])')
    .toString();
}
