import { dashboard } from '../dashboard.js';
import { calls, media, queryByRange } from '../flux/measures.js';
import { rowLink } from '../links.js';
import { measured, SHARE_OF_POOR } from '../panels/quality-columns.js';
import { series } from '../panels/series.js';
import { stat } from '../panels/stat.js';
import { type Column, table } from '../panels/table.js';
import { showingLatest } from '../queries/bridge.js';
import { worstMeetings } from '../queries/meetings.js';
import { bandwidthOverTime, participantsOverTime } from '../queries/people.js';
import { drawing, drawnWorst, worst } from '../queries/worst.js';
import { choice, narrowed } from '../variables.js';

const where = narrowed('account', 'source', 'site', 'network_type');
const KEPT = { account: { variable: 'account' }, source: { variable: 'source' } } as const;

const poorNow = (more: Parameters<typeof media<'zoom_place'>>[1]['where'] = {}) =>
  drawing(
    media(['poor_pct'], { family: 'zoom_place', by: [], where: { ...where, ...more }, overTime: true }),
    'poor_pct',
  );

const ranked = (by: ('data_center' | 'network_type' | 'site')[]) =>
  worst(media(['poor_pct', 'latency_ms', 'loss_pct'], { family: 'zoom_place', by, where }), 'poor_pct', 5);

const rank = (...first: Column[]): Column[] => [
  ...first,
  measured('poor_pct', 70),
  measured('latency_ms', 80),
  measured('loss_pct', 72),
  measured('samples', 80),
];

const toPlaces = rowLink('Look at this site', 'qss-places', { ...KEPT, site: { column: 'site' } });

const overTime = (column: 'jitter_ms' | 'latency_ms' | 'loss_pct' | 'poor_pct') =>
  drawing(media([column], { family: 'zoom_place', by: ['media'], where, overTime: true }), column, ['media']);

/** Is it bad right now, where, and since when. */
export const overview = () =>
  dashboard({
    uid: 'qss-overview',
    about: 'Is it bad right now, where is it bad, and since when. Start here.',
    from: 'now-6h',
    refresh: '1m',
    variables: [choice('account'), choice('source'), choice('site'), choice('network_type')],
    sections: [
      {
        heading: 'Right now',
        panels: [
          stat({
            title: 'Poor minutes',
            about:
              'Share of all media minutes (one minute of one stream) that are poor: latency, jitter or loss past its threshold. The number is the latest window, the line behind it the range. Red from 5 %: look at the tables below for the place that stands out.',
            query: poorNow(),
            ...SHARE_OF_POOR,
            sparkline: true,
            width: 4,
            height: 4,
          }),
          stat({
            title: 'Poor audio',
            about:
              'Share of audio minutes that are poor, percent: what people complain about first. Red from 5 %.',
            query: poorNow({ media: { is: 'audio' } }),
            ...SHARE_OF_POOR,
            sparkline: true,
            width: 4,
            height: 4,
          }),
          stat({
            title: 'Poor video and sharing',
            about: 'Share of video and screen sharing minutes that are poor, percent. Red from 5 %.',
            query: poorNow({ media: { in: ['video', 'share'] } }),
            ...SHARE_OF_POOR,
            sparkline: true,
            width: 4,
            height: 4,
          }),
          stat({
            title: 'People in meetings',
            about:
              'Participants of meetings, webinars and sessions with audio in the latest five minutes. Phone calls are not counted. None by day: look at the Bridge dashboard, whether events arrive.',
            query: participantsOverTime(where),
            unit: 'count',
            decimals: 0,
            sparkline: true,
            width: 4,
            height: 4,
          }),
          stat({
            title: 'Phone MOS',
            about:
              'Mean opinion score of phone calls, 1 to 5, in the latest window. Red below 3.5: the Phone dashboard names the calls. Not narrowed by site: the feed of phone calls has none.',
            query: drawing(calls(['mos'], { by: [], where: narrowed('account'), overTime: true }), 'mos'),
            unit: 'mos',
            decimals: 2,
            scale: 'mos',
            sparkline: true,
            nothing: 'no calls',
            width: 4,
            height: 4,
          }),
          stat({
            title: 'Events not yet written',
            about:
              'Events that the bridge holds on disk and has still to write. Some thousands are usual for seconds; a number that grows means that these dashboards lag: look at the Bridge dashboard.',
            query: showingLatest('waiting', 'sum', {}),
            unit: 'count',
            decimals: 0,
            scale: 'waiting',
            width: 4,
            height: 4,
          }),
        ],
      },
      {
        heading: 'Where it is worst',
        panels: [
          table({
            title: 'Worst sites',
            about:
              'The five sites with the highest share of poor minutes in the range, with mean latency (ms) and loss (percent). `unknown` are people outside the sites file: at home, on the way, guests. A click opens Places and networks for the site.',
            query: ranked(['site']),
            columns: rank({ column: 'site', title: 'Site', link: toPlaces }),
            width: 8,
            height: 7,
          }),
          table({
            title: 'Worst networks',
            about:
              'The five worst pairs of site and network type. One site bad on Wi-Fi alone points to its Wi-Fi; bad on both, to its uplink.',
            query: ranked(['site', 'network_type']),
            columns: rank(
              { column: 'site', title: 'Site', link: toPlaces },
              { column: 'network_type', title: 'Network', width: 80 },
            ).filter(({ column }) => column !== 'samples'),
            width: 8,
            height: 7,
          }),
          table({
            title: 'Worst data centers',
            about:
              "The five of Zoom's data centers with the highest share of poor minutes. If one is bad for several sites, it is Zoom's side or the way there: look at Zoom's status page.",
            query: ranked(['data_center']),
            columns: rank({
              column: 'data_center',
              title: 'Data center',
              link: rowLink('Look at this data center', 'qss-places', {
                ...KEPT,
                data_center: { column: 'data_center' },
              }),
            }),
            width: 8,
            height: 7,
          }),
          table({
            title: 'Worst client versions',
            about:
              'The five client versions with the highest share of poor minutes. What a version does to picture and CPU is on Clients and devices. Narrowed by account and source alone.',
            query: worst(
              media(['poor_pct', 'latency_ms', 'loss_pct'], {
                family: 'zoom_client',
                by: ['client_version'],
                where: narrowed('account', 'source'),
              }),
              'poor_pct',
              5,
            ),
            columns: rank({
              column: 'client_version',
              title: 'Client version',
              link: rowLink('Look at this version', 'qss-clients', {
                ...KEPT,
                client_version: { column: 'client_version' },
              }),
            }),
            width: 8,
            height: 7,
          }),
          table({
            title: 'Worst meetings',
            about:
              'The five meetings, webinars and sessions with the highest share of poor minutes. A click opens the meeting. The Meetings dashboard has the whole list and a search.',
            query: worstMeetings({ count: 5, where: narrowed('account', 'source') }),
            columns: [
              { column: 'meeting', title: 'Id', isHidden: true },
              {
                column: 'name',
                title: 'Meeting',
                link: rowLink('Open the meeting', 'qss-meeting', { meeting: { column: 'meeting' } }),
              },
              measured('participants', 85),
              measured('poor_pct', 80),
              measured('latency_ms', 85),
              measured('loss_pct', 80),
            ],
            width: 16,
            height: 7,
          }),
        ],
      },
      {
        heading: 'Since when',
        panels: [
          series({
            title: 'Poor minutes by media',
            about:
              'Share of poor minutes over time, percent, for audio, video and sharing. All rising together points to the network; video alone to bandwidth or CPU.',
            query: overTime('poor_pct'),
            name: '${__field.labels.media}',
            ...SHARE_OF_POOR,
            min: 0,
            width: 12,
            height: 8,
          }),
          series({
            title: 'Poor minutes by site',
            about:
              'Share of poor minutes over time, percent, of the eight sites that are worst in the range. One line apart from the others: that site; all lines together: everyone, so look at data centers and at Zoom.',
            query: drawnWorst(
              media(['poor_pct'], { family: 'zoom_place', by: ['site'], where, name: 'ranked' }),
              media(['poor_pct'], { family: 'zoom_place', by: ['site'], where, overTime: true }),
              'site',
              'poor_pct',
              8,
            ),
            name: '${__field.labels.site}',
            ...SHARE_OF_POOR,
            min: 0,
            width: 12,
            height: 8,
          }),
          series({
            title: 'Latency',
            about:
              'Mean latency by media, ms: the way there and back. Above 150 ms people interrupt each other.',
            query: overTime('latency_ms'),
            name: '${__field.labels.media}',
            unit: 'ms',
            scale: 'latencyMs',
            min: 0,
            width: 8,
            height: 7,
          }),
          series({
            title: 'Jitter',
            about: 'Mean jitter by media, ms. Above 40 ms audio breaks up; Wi-Fi is the usual cause.',
            query: overTime('jitter_ms'),
            name: '${__field.labels.media}',
            unit: 'ms',
            scale: 'jitterMs',
            min: 0,
            width: 8,
            height: 7,
          }),
          series({
            title: 'Packet loss',
            about: 'Mean packet loss by media, percent. Above 2 % words go missing.',
            query: overTime('loss_pct'),
            name: '${__field.labels.media}',
            unit: 'percent',
            decimals: 2,
            scale: 'lossPct',
            min: 0,
            width: 8,
            height: 7,
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
            height: 7,
          }),
          series({
            title: 'Bandwidth of all media',
            about:
              'Bit rate of all streams of all people together, sent and received, as their clients tell it. For a site by itself look at Places and networks.',
            query: queryByRange(
              bandwidthOverTime(where, ['direction']).pipe('keep(columns: ["_time", "_value", "direction"])'),
            ),
            name: '${__field.labels.direction}',
            unit: 'kbps',
            decimals: 1,
            min: 0,
            width: 12,
            height: 7,
          }),
        ],
      },
    ],
  });
