import { dashboard } from '../dashboard.js';
import { busyShare, media, queryByRange, weakShare } from '../flux/measures.js';
import type { SharedTag } from '../flux/names.js';
import { rowLink } from '../links.js';
import { measured, QUALITY_COLUMNS, QUALITY_MEANS, SHARE_OF_POOR } from '../panels/quality-columns.js';
import { series } from '../panels/series.js';
import { stat } from '../panels/stat.js';
import { table } from '../panels/table.js';
import { comparedWithWeekBefore } from '../queries/compared.js';
import { goodMinutes, goodMinutesByDay } from '../queries/good-minutes.js';
import { bandwidthOverTime } from '../queries/people.js';
import { drawing, drawnWorst, worst } from '../queries/worst.js';
import { choice, narrowed } from '../variables.js';

const where = narrowed('account', 'source', 'site', 'location', 'network_type', 'data_center');
const bySite = narrowed('account', 'source', 'site');
const KEPT = {
  account: { variable: 'account' },
  source: { variable: 'source' },
} as const;

const ranked = (count: number, ...by: SharedTag<'zoom_place'>[]) =>
  worst(media(QUALITY_MEANS, { family: 'zoom_place', by, where }), 'poor_pct', count);

const share = (more: typeof where | object) =>
  drawing(
    media(['poor_pct'], { family: 'zoom_place', by: [], where: { ...where, ...more }, overTime: true }),
    'poor_pct',
  );

const self = (title: string, name: string, column: string) =>
  rowLink(title, 'qss-places', { ...KEPT, [name]: { column } });

/** Which office, network, provider or data center is bad, and is it the Wi-Fi. */
export const places = () =>
  dashboard({
    uid: 'qss-places',
    about:
      'Which office, network, internet provider or data center is bad, whether it is the Wi-Fi, how much bandwidth a site needs, and whether the goal of good minutes is met.',
    from: 'now-24h',
    refresh: '5m',
    variables: [
      choice('account'),
      choice('source'),
      choice('site'),
      choice('location'),
      choice('network_type'),
      choice('data_center'),
    ],
    sections: [
      {
        heading: 'The answer',
        panels: [
          stat({
            title: 'Worst site',
            about:
              'The site with the highest share of poor minutes in the range. `unknown` are people outside the sites file.',
            query: worst(media(['poor_pct'], { family: 'zoom_place', by: ['site'], where }), 'poor_pct', 1),
            unit: 'text',
            textOf: 'site',
            width: 5,
            height: 4,
          }),
          stat({
            title: 'Poor minutes',
            about:
              'Share of poor media minutes of what is chosen above, percent: latest window and range. Red from 5 %.',
            query: share({}),
            ...SHARE_OF_POOR,
            sparkline: true,
            width: 5,
            height: 4,
          }),
          stat({
            title: 'Poor on Wi-Fi',
            about:
              'Share of poor minutes of people on Wi-Fi, percent. Much higher than on the wire: it is the Wi-Fi.',
            query: share({ network_type: { is: 'Wifi' } }),
            ...SHARE_OF_POOR,
            sparkline: true,
            width: 5,
            height: 4,
          }),
          stat({
            title: 'Poor on the wire',
            about:
              'Share of poor minutes of people on a wired network, percent. Bad here and on Wi-Fi alike: it is the uplink, the provider or the data center.',
            query: share({ network_type: { is: 'Wired' } }),
            ...SHARE_OF_POOR,
            sparkline: true,
            width: 5,
            height: 4,
          }),
          stat({
            title: 'Weak Wi-Fi',
            about:
              'Share of Wi-Fi minutes with a mean signal below −75 dBm, percent. Red from 15 %: access points are missing or too far away.',
            query: drawing(weakShare({ by: [], where: bySite, overTime: true }), 'weak_pct'),
            unit: 'percent',
            decimals: 1,
            scale: 'weakPct',
            sparkline: true,
            nothing: 'no Wi-Fi',
            width: 4,
            height: 4,
          }),
        ],
      },
      {
        heading: 'Sites',
        panels: [
          table({
            title: 'Sites',
            about:
              'Sites by share of poor minutes in the range, with mean latency, jitter (ms) and loss (percent). Loss points to a full or broken uplink, latency alone to distance or a detour, jitter to Wi-Fi. A click narrows this page to the site.',
            query: ranked(50, 'site'),
            columns: [
              { column: 'site', title: 'Site', link: self('Only this site', 'site', 'site') },
              ...QUALITY_COLUMNS,
            ],
            width: 12,
            height: 9,
          }),
          series({
            title: 'Poor minutes by site',
            about:
              'Share of poor minutes over time, percent, of the eight sites that are worst in the range; the table beside has all.',
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
            height: 9,
          }),
          series({
            title: 'Compared with the week before',
            about:
              "Share of poor minutes, percent, and what it was at the same hours seven days before: did last night's change help?",
            query: comparedWithWeekBefore('poor_pct', 'zoom_place', where),
            name: '${__field.labels.when}',
            ...SHARE_OF_POOR,
            min: 0,
            width: 12,
            height: 8,
          }),
          series({
            title: 'Bandwidth by site',
            about:
              'Bit rate of all streams of a site together, by direction as its people see it. The highest peaks tell what the uplink must carry for Zoom; relays and caches on the way are not known here.',
            query: queryByRange(
              bandwidthOverTime(where, ['site', 'direction']).pipe(
                'keep(columns: ["_time", "_value", "site", "direction"])',
              ),
            ),
            name: '${__field.labels.site} ${__field.labels.direction}',
            unit: 'kbps',
            decimals: 1,
            min: 0,
            width: 12,
            height: 8,
          }),
        ],
      },
      {
        heading: 'Networks',
        panels: [
          table({
            title: 'Network types by site',
            about:
              'Pairs of site and network type by share of poor minutes: bad on Wi-Fi alone, or on the wire as well?',
            query: ranked(50, 'site', 'network_type'),
            columns: [
              { column: 'site', title: 'Site', link: self('Only this site', 'site', 'site') },
              {
                column: 'network_type',
                title: 'Network',
                width: 95,
                link: self('Only this type', 'network_type', 'network_type'),
              },
              ...QUALITY_COLUMNS,
            ],
            width: 12,
            height: 9,
          }),
          table({
            title: 'Locations',
            about:
              'Cities as Zoom finds them, by share of poor minutes: where people outside the sites are. The fifty worst.',
            query: ranked(50, 'location'),
            columns: [
              {
                column: 'location',
                title: 'Location',
                link: self('Only this location', 'location', 'location'),
              },
              ...QUALITY_COLUMNS,
            ],
            width: 12,
            height: 9,
          }),
          table({
            title: 'Internet providers',
            about:
              'Providers by share of poor minutes. Needs ASN_DB_FILE; without it all is `unknown` or the table empty. One provider bad in several places: open a case there. Narrowed by account and source alone.',
            query: worst(
              media(QUALITY_MEANS, { family: 'zoom_isp', by: ['isp'], where: narrowed('account', 'source') }),
              'poor_pct',
              50,
            ),
            columns: [{ column: 'isp', title: 'Provider' }, ...QUALITY_COLUMNS],
            nothing: 'no providers known: set ASN_DB_FILE',
            width: 12,
            height: 8,
          }),
          table({
            title: 'Data centers',
            about:
              "Zoom's data centers by share of poor minutes. One of them bad for several sites: it is not your network.",
            query: ranked(50, 'data_center'),
            columns: [
              {
                column: 'data_center',
                title: 'Data center',
                link: self('Only this data center', 'data_center', 'data_center'),
              },
              ...QUALITY_COLUMNS,
            ],
            width: 12,
            height: 8,
          }),
          series({
            title: 'Latency by data center',
            about: 'Mean latency over time, ms, of the eight data centers with the highest in the range.',
            query: drawnWorst(
              media(['latency_ms'], { family: 'zoom_place', by: ['data_center'], where, name: 'ranked' }),
              media(['latency_ms'], { family: 'zoom_place', by: ['data_center'], where, overTime: true }),
              'data_center',
              'latency_ms',
              8,
            ),
            name: '${__field.labels.data_center}',
            unit: 'ms',
            scale: 'latencyMs',
            min: 0,
            width: 24,
            height: 7,
          }),
        ],
      },
      {
        heading: 'Wi-Fi and computers',
        panels: [
          table({
            title: 'Weak Wi-Fi by site',
            about:
              'Share of Wi-Fi minutes with a mean signal below −75 dBm, percent. Narrowed by account, source and site.',
            query: worst(weakShare({ by: ['site'], where: bySite }), 'weak_pct', 50),
            columns: [
              { column: 'site', title: 'Site', link: self('Only this site', 'site', 'site') },
              measured('weak_pct', 80),
              measured('samples', 85),
            ],
            width: 8,
            height: 8,
          }),
          series({
            title: 'Weak Wi-Fi over time',
            about:
              'Share of Wi-Fi minutes with a weak signal, percent, of the eight sites that are worst. A step points to an access point that went.',
            query: drawnWorst(
              weakShare({ by: ['site'], where: bySite, name: 'ranked' }),
              weakShare({ by: ['site'], where: bySite, overTime: true }),
              'site',
              'weak_pct',
              8,
            ),
            name: '${__field.labels.site}',
            unit: 'percent',
            decimals: 1,
            scale: 'weakPct',
            min: 0,
            width: 8,
            height: 8,
          }),
          table({
            title: 'Busy computers by site',
            about:
              'Share of minutes in which a computer is at 85 % CPU or more. High with little loss: not the network. Narrowed by account, source and site.',
            query: worst(busyShare({ by: ['site'], where: bySite }), 'busy_pct', 50),
            columns: [
              {
                column: 'site',
                title: 'Site',
                link: rowLink('Which devices', 'qss-clients', { ...KEPT, site: { column: 'site' } }),
              },
              measured('busy_pct', 80),
              measured('samples', 85),
            ],
            width: 8,
            height: 8,
          }),
        ],
      },
      {
        heading: 'Good minutes (days of UTC)',
        panels: [
          table({
            title: 'Good minutes by site (UTC)',
            about:
              'Share of minutes that are not poor over whole days (UTC) of the range, percent: the number for a service level. Choose a month above. Green from 99 %, red below 95 %. Made once a day: the last day may be missing.',
            query: goodMinutes(where),
            columns: [
              { column: 'site', title: 'Site', link: self('Only this site', 'site', 'site') },
              {
                column: 'good_pct',
                title: 'Good',
                unit: 'percent',
                decimals: 2,
                scale: 'goodPct',
                width: 90,
              },
              { column: 'poor', title: 'Poor minutes', unit: 'count', decimals: 0, width: 110 },
              measured('samples', 85),
            ],
            width: 8,
            height: 9,
          }),
          series({
            title: 'Good minutes by day and site (UTC)',
            about:
              'Share of good minutes of each day, percent. Days are those of UTC; a point stands where its day starts.',
            query: goodMinutesByDay(where),
            name: '${__field.labels.site}',
            unit: 'percent',
            decimals: 1,
            scale: 'goodPct',
            max: 100,
            style: 'points',
            spanMs: 90_000_000,
            width: 16,
            height: 9,
          }),
        ],
      },
    ],
  });
