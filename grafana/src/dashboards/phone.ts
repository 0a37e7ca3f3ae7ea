import { dashboard } from '../dashboard.js';
import { WINDOW_OF_RAW } from '../flux/by-range.js';
import { type CallMean, calls } from '../flux/measures.js';
import type { FieldOf } from '../flux/names.js';
import { raw } from '../flux/stream.js';
import { rowLink } from '../links.js';
import { measured, SHARE_OF_POOR } from '../panels/quality-columns.js';
import { series } from '../panels/series.js';
import { stat } from '../panels/stat.js';
import { table } from '../panels/table.js';
import { countedBadCalls, countedCalls, worstCalls } from '../queries/phone.js';
import { drawing } from '../queries/worst.js';
import { choice, narrowed, typedText } from '../variables.js';

const where = narrowed('account');

const overTime = (column: CallMean) =>
  drawing(calls([column], { by: ['direction'], where, overTime: true }), column, ['direction']);

const now = (column: CallMean) => drawing(calls([column], { by: [], where, overTime: true }), column);

const theCall = (field: Extract<FieldOf<'zoom_call'>, 'jitter_ms' | 'latency_ms' | 'loss_avg_pct' | 'mos'>) =>
  [
    WINDOW_OF_RAW,
    '',
    raw('zoom_call', field)
      .where({ call: { chosenIn: 'call' } })
      .group('party', 'direction')
      .window('mean')
      .pipe('keep(columns: ["_time", "_value", "party", "direction"])'),
  ].join('\n');

const LINE = '${__field.labels.party} ${__field.labels.direction}';

/** Which phone calls were bad. */
export const phone = () =>
  dashboard({
    uid: 'qss-phone',
    about: 'Zoom Phone: how good calls are, which fell below MOS 3.5, and why one of them did.',
    from: 'now-6h',
    refresh: '1m',
    variables: [choice('account'), typedText('call', 'Call id')],
    sections: [
      {
        heading: 'The answer',
        panels: [
          stat({
            title: 'MOS',
            about: 'Mean opinion score of all samples, 1 to 5, latest window and range. Red below 3.5.',
            query: now('mos'),
            unit: 'mos',
            decimals: 2,
            scale: 'mos',
            sparkline: true,
            nothing: 'no calls',
            width: 6,
            height: 4,
          }),
          stat({
            title: 'Poor samples',
            about:
              'Share of samples with a MOS below 3.5 or a latency, jitter or loss past its threshold, percent. Red from 5 %.',
            query: now('poor_pct'),
            ...SHARE_OF_POOR,
            sparkline: true,
            nothing: 'no calls',
            width: 6,
            height: 4,
          }),
          stat({
            title: 'Calls',
            about:
              'Calls with samples in the range. Beyond a quarter of an hour the list is made of whole hours.',
            query: countedCalls(where),
            unit: 'count',
            decimals: 0,
            nothing: '0',
            width: 6,
            height: 4,
          }),
          stat({
            title: 'Calls that fell below MOS 3.5',
            about: 'Calls with at least one sample below 3.5 in the range. The list below names them.',
            query: countedBadCalls(where),
            unit: 'count',
            decimals: 0,
            scale: 'anyIsFair',
            nothing: '0',
            width: 6,
            height: 4,
          }),
        ],
      },
      {
        heading: 'Calls, the worst first',
        panels: [
          table({
            title: 'Calls',
            about:
              'The hundred calls with the lowest MOS of one sample. Caller and callee: name, address or number, as PRIVACY allows. A click shows the call below.',
            query: worstCalls(where, 100),
            columns: [
              {
                column: 'caller',
                title: 'Caller',
                link: rowLink('Show this call below', 'qss-phone', {
                  account: { variable: 'account' },
                  call: { column: 'call' },
                }),
              },
              { column: 'callee', title: 'Callee' },
              { column: 'mos_min', title: 'Lowest MOS', unit: 'mos', decimals: 1, scale: 'mos', width: 110 },
              { column: 'mos', title: 'Mean MOS', unit: 'mos', decimals: 2, scale: 'mos', width: 100 },
              measured('poor_pct', 80),
              measured('latency_ms', 90),
              measured('jitter_ms', 80),
              measured('loss_pct', 80),
              { column: 'samples', title: 'Samples', unit: 'count', decimals: 0, width: 90 },
              { column: 'call', title: 'Call id' },
            ],
            width: 24,
            height: 11,
          }),
        ],
      },
      {
        heading: 'The call chosen above',
        panels: (
          [
            [
              'mos',
              'MOS',
              'mos',
              'mos',
              'Mean opinion score, 1 to 5, of each party and direction. Below 3.5 is bad.',
            ],
            ['latency_ms', 'Latency', 'ms', 'latencyMs', 'Network delay, ms.'],
            ['jitter_ms', 'Jitter', 'ms', 'jitterMs', 'Jitter, ms. Above 40 ms audio breaks up.'],
            ['loss_avg_pct', 'Packet loss', 'percent', 'lossPct', 'Mean packet loss, percent.'],
          ] as const
        ).map(([field, title, unit, scale, about]) =>
          series({
            title: `${title} of the call`,
            about: `${about} Bad in what a party sends: that party's network; in what both receive: between them. Empty until a call is chosen.`,
            query: theCall(field),
            name: LINE,
            unit,
            scale,
            ...(field === 'mos' ? { min: 1, max: 5 } : { min: 0 }),
            width: 6,
            height: 8,
          }),
        ),
      },
      {
        heading: 'Over time',
        panels: [
          series({
            title: 'MOS',
            about: 'Mean opinion score of all calls by direction, seen from the party.',
            query: overTime('mos'),
            name: '${__field.labels.direction}',
            unit: 'mos',
            decimals: 2,
            scale: 'mos',
            min: 1,
            max: 5,
            width: 8,
            height: 8,
          }),
          series({
            title: 'Poor samples',
            about: 'Share of poor samples by direction, percent.',
            query: overTime('poor_pct'),
            name: '${__field.labels.direction}',
            ...SHARE_OF_POOR,
            min: 0,
            width: 8,
            height: 8,
          }),
          series({
            title: 'Packet loss',
            about: 'Mean packet loss of all calls by direction, percent.',
            query: overTime('loss_pct'),
            name: '${__field.labels.direction}',
            unit: 'percent',
            decimals: 2,
            scale: 'lossPct',
            min: 0,
            width: 8,
            height: 8,
          }),
        ],
      },
    ],
  });
