import { ofRollups } from '../flux/by-range.js';
import { computed } from '../flux/computed.js';
import type { SharedTag } from '../flux/names.js';
import type { Where } from '../flux/stream.js';

/** From the start of the day in which the range begins, since that is where the day's point stands. */
const DAYS = { start: 'date.truncate(t: v.timeRangeStart, unit: 1d)', stop: 'v.timeRangeStop' } as const;

const daily = (where: Where<SharedTag<'zoom_place'>>) =>
  ofRollups<'zoom_place'>('zoom_place_1d', ['samples', 'poor'], DAYS).where(where);

const IMPORT_DATE = 'import "date"\n\n';

const GOOD = computed({
  good_pct: 'if exists r.poor and r.samples > 0.0 then 100.0 * (1.0 - r.poor / r.samples) else 100.0',
});

/** Share of good minutes, percent, for each day (of UTC) and site: `_time` is where the day starts. */
export function goodMinutesByDay(where: Where<SharedTag<'zoom_place'>>): string {
  const rows = daily(where)
    .group('site', '_field')
    .window('sum', '1d')
    .pipe(
      'group()',
      'pivot(rowKey: ["site", "_time"], columnKey: ["_field"], valueColumn: "_value")',
      'filter(fn: (r) => exists r.samples and r.samples > 0.0)',
      GOOD,
      'group(columns: ["site"])',
      'sort(columns: ["_time"])',
      'rename(columns: {good_pct: "_value"})',
      'keep(columns: ["_time", "_value", "site"])',
    );
  return `${IMPORT_DATE}${rows}`;
}

/** Rows of sites: `good_pct`, `samples` (minutes) and `poor` (poor minutes) over the days of the range. */
export function goodMinutes(where: Where<SharedTag<'zoom_place'>>): string {
  const rows = daily(where)
    .group('site', '_field')
    .aggregate('sum')
    .pipe(
      'group()',
      'pivot(rowKey: ["site"], columnKey: ["_field"], valueColumn: "_value")',
      'filter(fn: (r) => exists r.samples and r.samples > 0.0)',
      GOOD,
      'sort(columns: ["good_pct"])',
    );
  return `${IMPORT_DATE}${rows}`;
}
