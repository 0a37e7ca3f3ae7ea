import { dashboard } from '../dashboard.js';
import { busyShare, media } from '../flux/measures.js';
import { rowLink } from '../links.js';
import { measured, QUALITY_COLUMNS, QUALITY_MEANS, SHARE_OF_POOR } from '../panels/quality-columns.js';
import { series } from '../panels/series.js';
import { stat } from '../panels/stat.js';
import { table } from '../panels/table.js';
import { busiestComputers, worstDevices } from '../queries/raw-people.js';
import { drawing, drawnWorst, lowest, worst } from '../queries/worst.js';
import { choice, narrowed } from '../variables.js';

const where = narrowed('account', 'source', 'device', 'client_version');
const cpuWhere = narrowed('account', 'source', 'site', 'device', 'client_version');
const SEEN_VIDEO = { ...where, media: { is: 'video' }, direction: { is: 'received' } } as const;
const KEPT = { account: { variable: 'account' }, source: { variable: 'source' } } as const;

const self = (title: string, name: string) =>
  rowLink(title, 'qss-clients', { ...KEPT, [name]: { column: name } });

const BUSY_COLUMNS = [measured('busy_pct', 80), measured('samples', 85)] as const;

/** Which client version, operating system, computer or headset is bad. */
export const clients = () =>
  dashboard({
    uid: 'qss-clients',
    about:
      'Which client version, kind of device, computer or headset is bad. Media is narrowed by account, source, device and version; CPU by site as well.',
    from: 'now-24h',
    refresh: '5m',
    variables: [
      choice('account'),
      choice('source'),
      choice('site'),
      choice('device'),
      choice('client_version'),
    ],
    sections: [
      {
        heading: 'The answer',
        panels: [
          stat({
            title: 'Version with the worst picture',
            about:
              'The client version that shows the fewest frames per second of received video in the range. Compare with the table below; fewer than 10 look like a slide show.',
            query: lowest(
              media(['frame_rate_fps'], { family: 'zoom_client', by: ['client_version'], where: SEEN_VIDEO }),
              'frame_rate_fps',
              1,
            ),
            unit: 'text',
            textOf: 'client_version',
            width: 6,
            height: 4,
          }),
          stat({
            title: 'Frames per second received',
            about:
              'Mean frames per second of the video that people see, latest window and range. Below 10 is bad.',
            query: drawing(
              media(['frame_rate_fps'], {
                family: 'zoom_client',
                by: [],
                where: SEEN_VIDEO,
                overTime: true,
              }),
              'frame_rate_fps',
            ),
            unit: 'fps',
            decimals: 1,
            scale: 'frameRate',
            sparkline: true,
            nothing: 'no video',
            width: 6,
            height: 4,
          }),
          stat({
            title: 'Busy computers',
            about:
              'Share of minutes in which a computer is at 85 % CPU or more, latest window and range. Red from 15 %: video and sharing will stutter although the network is fine.',
            query: drawing(busyShare({ by: [], where: cpuWhere, overTime: true }), 'busy_pct'),
            unit: 'percent',
            decimals: 1,
            scale: 'busyPct',
            sparkline: true,
            width: 6,
            height: 4,
          }),
          stat({
            title: 'Poor minutes',
            about: 'Share of poor media minutes of what is chosen above, percent. Red from 5 %.',
            query: drawing(
              media(['poor_pct'], { family: 'zoom_client', by: [], where, overTime: true }),
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
        heading: 'Client versions',
        panels: [
          table({
            title: 'Picture by client version',
            about:
              'Frames per second of received video by client version, the lowest on top. A version far below the others has a fault: stop its roll-out.',
            query: lowest(
              media(['frame_rate_fps', 'poor_pct'], {
                family: 'zoom_client',
                by: ['client_version'],
                where: SEEN_VIDEO,
              }),
              'frame_rate_fps',
              50,
            ),
            columns: [
              {
                column: 'client_version',
                title: 'Client version',
                link: self('Only this version', 'client_version'),
              },
              measured('frame_rate_fps', 85),
              measured('poor_pct', 80),
              measured('samples', 85),
            ],
            width: 8,
            height: 9,
          }),
          table({
            title: 'Quality by client version',
            about:
              'Client versions by share of poor minutes. A version can look bad because its people sit in a bad place: compare with Places and networks.',
            query: worst(
              media(QUALITY_MEANS, { family: 'zoom_client', by: ['client_version'], where }),
              'poor_pct',
              50,
            ),
            columns: [
              {
                column: 'client_version',
                title: 'Client version',
                link: self('Only this version', 'client_version'),
              },
              ...QUALITY_COLUMNS,
            ],
            width: 10,
            height: 9,
          }),
          table({
            title: 'CPU by client version',
            about: 'Share of minutes in which the computer is at 85 % CPU or more, by client version.',
            query: worst(busyShare({ by: ['client_version'], where: cpuWhere }), 'busy_pct', 50),
            columns: [
              {
                column: 'client_version',
                title: 'Client version',
                link: self('Only this version', 'client_version'),
              },
              ...BUSY_COLUMNS,
            ],
            width: 6,
            height: 9,
          }),
          series({
            title: 'Frames per second by client version',
            about:
              'Mean frames per second of received video over time, of the versions in use: did an update make it better or worse?',
            query: drawing(
              media(['frame_rate_fps'], {
                family: 'zoom_client',
                by: ['client_version'],
                where: SEEN_VIDEO,
                overTime: true,
              }),
              'frame_rate_fps',
              ['client_version'],
            ),
            name: '${__field.labels.client_version}',
            unit: 'fps',
            min: 0,
            width: 12,
            height: 8,
          }),
          series({
            title: 'Poor minutes by client version',
            about:
              'Share of poor minutes over time, percent, of the eight versions that are worst in the range.',
            query: drawnWorst(
              media(['poor_pct'], { family: 'zoom_client', by: ['client_version'], where, name: 'ranked' }),
              media(['poor_pct'], { family: 'zoom_client', by: ['client_version'], where, overTime: true }),
              'client_version',
              'poor_pct',
              8,
            ),
            name: '${__field.labels.client_version}',
            ...SHARE_OF_POOR,
            min: 0,
            width: 12,
            height: 8,
          }),
        ],
      },
      {
        heading: 'Devices and computers',
        panels: [
          table({
            title: 'Quality by kind of device',
            about:
              'Kinds of devices by share of poor minutes. Live events call Windows `WIN`, summaries `Windows`. Browsers have no client version.',
            query: worst(
              media(QUALITY_MEANS, { family: 'zoom_client', by: ['device'], where }),
              'poor_pct',
              50,
            ),
            columns: [
              { column: 'device', title: 'Device', link: self('Only this kind', 'device') },
              ...QUALITY_COLUMNS,
            ],
            width: 12,
            height: 8,
          }),
          table({
            title: 'CPU by kind of device',
            about:
              'Share of minutes in which the computer is at 85 % CPU or more, by kind of device and site.',
            query: worst(busyShare({ by: ['device', 'site'], where: cpuWhere }), 'busy_pct', 50),
            columns: [
              { column: 'device', title: 'Device', link: self('Only this kind', 'device') },
              { column: 'site', title: 'Site' },
              ...BUSY_COLUMNS,
            ],
            width: 12,
            height: 8,
          }),
          table({
            title: 'Busiest computers (last hour of the range)',
            about:
              'The twenty people whose computers have the highest CPU, mean of the highest of each minute, percent. A high value with a small share of Zoom: something else runs there. A click opens the participant.',
            query: busiestComputers(cpuWhere, 20),
            columns: [
              { column: 'meeting', title: 'Meeting id', isHidden: true },
              { column: 'participant', title: 'Join number', isHidden: true },
              {
                column: 'person',
                title: 'Person',
                link: rowLink('Open the participant', 'qss-participant', {
                  meeting: { column: 'meeting' },
                  participant: { column: 'participant' },
                }),
              },
              { column: 'site', title: 'Site' },
              { column: 'device', title: 'Device', width: 90 },
              { column: 'client_version', title: 'Client version' },
              {
                column: 'system_max_pct',
                title: 'CPU',
                unit: 'percent',
                decimals: 0,
                scale: 'cpuPct',
                width: 80,
              },
              { column: 'zoom_avg_pct', title: 'of it Zoom', unit: 'percent', decimals: 0, width: 95 },
            ],
            width: 12,
            height: 9,
          }),
          table({
            title: 'Microphones (last hour of the range)',
            about:
              'Models of microphones by share of poor sent audio minutes. It tells of the network of those who use it, too: look for a model that is bad in several places.',
            query: worstDevices('microphone_text', 'audio', 'sent', narrowed('account', 'source', 'site')),
            columns: [
              { column: 'model', title: 'Microphone' },
              measured('poor_pct', 80),
              { column: 'people', title: 'People', unit: 'count', decimals: 0, width: 80 },
              measured('samples', 85),
            ],
            width: 12,
            height: 9,
          }),
        ],
      },
    ],
  });
