import { dashboard } from '../dashboard.js';
import { media } from '../flux/measures.js';
import { rowLink } from '../links.js';
import { measured, SHARE_OF_POOR } from '../panels/quality-columns.js';
import { series } from '../panels/series.js';
import { stat } from '../panels/stat.js';
import { table } from '../panels/table.js';
import { countedBadMeetings, countedMeetings, worstMeetings } from '../queries/meetings.js';
import { participantsOverTime } from '../queries/people.js';
import { drawing } from '../queries/worst.js';
import { choice, narrowed, typedText } from '../variables.js';

const where = narrowed('account', 'source');

/** Which meeting was bad; find one by topic or number. */
export const meetings = () =>
  dashboard({
    uid: 'qss-meetings',
    about:
      'Which meetings, webinars and sessions were bad. Find one by its topic, number or id, then open it.',
    from: 'now-6h',
    refresh: '1m',
    variables: [choice('account'), choice('source'), typedText('search', 'Topic or number')],
    sections: [
      {
        heading: 'The answer',
        panels: [
          stat({
            title: 'Meetings',
            about:
              'Meetings, webinars and sessions with samples in the range. Each occurrence counts by itself. Beyond a quarter of an hour the list is made of whole hours and lags some minutes.',
            query: countedMeetings(where),
            unit: 'count',
            decimals: 0,
            width: 6,
            height: 4,
          }),
          stat({
            title: 'Meetings going badly',
            about:
              'Meetings in the range with more than 5 % poor minutes. Yellow from one on: the list below names them, the worst first.',
            query: countedBadMeetings(where),
            unit: 'count',
            decimals: 0,
            scale: 'anyIsFair',
            width: 6,
            height: 4,
          }),
          stat({
            title: 'People in meetings',
            about: 'Participants with audio in the latest five minutes.',
            query: participantsOverTime(where),
            unit: 'count',
            decimals: 0,
            sparkline: true,
            width: 6,
            height: 4,
          }),
          stat({
            title: 'Poor minutes',
            about: 'Share of poor media minutes, percent, latest window and range. Red from 5 %.',
            query: drawing(
              media(['poor_pct'], { family: 'zoom_place', by: [], where, overTime: true }),
              'poor_pct',
            ),
            ...SHARE_OF_POOR,
            sparkline: true,
            width: 6,
            height: 4,
          }),
        ],
      },
      {
        heading: 'Meetings, the worst first',
        panels: [
          table({
            title: 'Meetings',
            about:
              'The hundred meetings with the highest share of poor minutes of those with ten minutes and more, or those that fit what is typed above. People: the most in one hour. A click opens the meeting.',
            query: worstMeetings({ count: 100, where, searchedIn: 'search' }),
            columns: [
              {
                column: 'name',
                title: 'Topic',
                link: rowLink('Open the meeting', 'qss-meeting', { meeting: { column: 'meeting' } }),
              },
              { column: 'number', title: 'Number', width: 130 },
              { column: 'source', title: 'Source', width: 90 },
              measured('participants', 80),
              measured('samples', 90),
              measured('poor_pct', 80),
              measured('latency_ms', 90),
              measured('loss_pct', 80),
              { column: 'meeting', title: 'Id' },
            ],
            width: 24,
            height: 16,
          }),
          series({
            title: 'Poor minutes by source',
            about: 'Share of poor minutes over time, percent, of meetings, webinars and Video SDK sessions.',
            query: drawing(
              media(['poor_pct'], { family: 'zoom_place', by: ['source'], where, overTime: true }),
              'poor_pct',
              ['source'],
            ),
            name: '${__field.labels.source}',
            ...SHARE_OF_POOR,
            min: 0,
            width: 12,
            height: 8,
          }),
          series({
            title: 'People in meetings over time',
            about: 'Participants at a time, the highest of each window, counted over five minutes.',
            query: participantsOverTime(where),
            name: 'people',
            unit: 'count',
            decimals: 0,
            min: 0,
            width: 12,
            height: 8,
          }),
        ],
      },
    ],
  });
