import { byRange, rolled, rolledMeasurement, windowSums } from '../flux/by-range.js';
import { queryByRange } from '../flux/measures.js';
import type { SharedTag } from '../flux/names.js';
import { raw, type Stream, type Where } from '../flux/stream.js';

/** Everybody in a meeting gets audio: these streams stand for people. */
export const HEARS = { media: { is: 'audio' }, direction: { is: 'received' } } as const;

/** How many people are in meetings, webinars and sessions over time: the highest of each window. */
export function participantsOverTime(where: Where<SharedTag<'zoom_place'>>): string {
  // The windows of counting are five minutes in both, so that both count the same.
  const short = raw('zoom_qos', 'poor')
    .where({ ...where, ...HEARS })
    .group('meeting', 'participant')
    .window('count', '5m')
    .group()
    .window('count', '5m')
    .pipe('toFloat()');
  const long = windowSums(
    rolled('zoom_place', ['participants']).where({ ...where, ...HEARS }),
    [],
    '5m',
  ).pipe('window(every: inf)');
  // Of an hour's rollups participants could not be added up to people at a time, so these are always of five minutes.
  const counted = byRange<string>('counted', short, long, ['zoom_place_rolled = "zoom_place_5m"']);
  return queryByRange(
    counted
      .window('max', 'if int(v: every) < int(v: 5m) then 5m else every')
      .pipe('keep(columns: ["_time", "_value"])'),
  );
}

/** Bit rate of all streams together, kbit/s, over time, by these tags: the mean of each window. */
export function bandwidthOverTime(
  where: Where<SharedTag<'zoom_place'>>,
  by: readonly SharedTag<'zoom_place'>[],
): Stream<string> {
  // A sample stands for a minute, so the sum over one minute's samples is the rate in that minute.
  const short = raw('zoom_qos', 'bitrate_kbps')
    .where(where)
    .group(...by)
    .window('sum', '1m');
  const long = windowSums(rolled('zoom_place', ['bandwidth_kbps']).where(where), by, 'finest');
  return byRange<string>('carried', short, long, [rolledMeasurement('zoom_place')]).window('mean');
}
