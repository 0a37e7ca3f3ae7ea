import { table } from './markdown-table.js';
import { countSeries, SERIES_STORY, type SourceSeries, tellSeriesStory } from './series-count.js';

/** Up to here InfluxData's sizing guide advises 4 to 6 cores. */
const COMFORTABLE_SERIES = 1_000_000;

const DEFAULT_RETENTION_DAYS = 30;
const JOINS_A_DAY = [300, 1_000, 3_000, 10_000, 30_000] as const;

/** How many series meetings bring, counted on a simulated account, and which retention goes with it. */
export function growthText(): string {
  const counted = countSeries(tellSeriesStory());
  const rooms = counted.filter(({ source }) => source !== 'phone');
  const perJoin = Math.ceil(sum(rooms, ({ series }) => series) / sum(rooms, ({ joins }) => joins));
  const { participants, meetings, minutes } = SERIES_STORY;
  return `InfluxDB's memory and disk follow the number of series more than that of points. \`meeting\` and \`participant\` are tags, since
nobody could ask for a person's call otherwise; so every join brings series of its own, which never come back, and leave when
\`RETENTION\` is over. How many:

\`\`\`text
series of a join  =  live × (1 + changes)  +  summary  +  details
series of a call  =  2 for each side  +  1

live      streams (1 to 6: audio, video, share, sent and received) + scores (0 to 3) + 1 for the CPU + 1 on Wi-Fi
          + 1 for each kind of notice
changes   how many times a context tag changes during the call, such as from Wi-Fi to a dock
summary   as live, without the notices
details   2 or 3: joining, the first details, and the summary's where it says them in other words
and 1 for each meeting
\`\`\`

Someone on Wi-Fi with the camera on, to whom a screen is shared: 5 + 3 + 1 + 1 live, as many in the summary, 3 for the details:
23. Someone on a wire who only watches a webinar: 3 + 3 + 1 live, 7 in the summary, 3: 17.

**Measured** with the simulator (\`mixed\` scenario, ${participants} people in ${meetings} meetings at a time, ${minutes} minutes, default \`CONTEXT_TAGS\`); a test
has a real InfluxDB count the same lines and compares:

${table(
  ['source', 'held', 'joins', 'live', 'summary', 'details', 'of the meeting', 'series of a join'],
  counted.map(row),
)}

(For \`phone\`: calls and their sides.) What does not count: values that change without being a tag. Five hundred data events of one
participant that differ only in ports, addresses and microphone make one series.

**What retention goes with it**, at ${perJoin} series a join. InfluxData's
[sizing guide](${GUIDE}) puts fewer than 100,000
series on 2 to 4 cores, fewer than 1,000,000 on 4 to 6, and more on 8 and up.

${table(
  [
    'joins a day',
    'series a day',
    `series in ${DEFAULT_RETENTION_DAYS} days`,
    '`RETENTION` that stays below 1,000,000 series',
  ],
  JOINS_A_DAY.map((joins) => [
    grouped(joins),
    grouped(joins * perJoin),
    grouped(joins * perJoin * DEFAULT_RETENTION_DAYS),
    `${Math.floor(COMFORTABLE_SERIES / (joins * perJoin))}d`,
  ]),
)}

Somebody who leaves and comes back joins twice. InfluxDB drops whole shards, of a day each, so series stay up to a day longer.
Overviews over months don't need raw points: the rollup bucket knows neither meeting nor participant, so it does not grow with
joins, and keeps \`ROLLUP_RETENTION\`. To count what you have, see [flux.md](flux.md#how-many-series-there-are). Fewer \`CONTEXT_TAGS\` save
little, since most of them never change during a call.`;
}

const GUIDE = 'https://docs.influxdata.com/influxdb/v1/guides/hardware_sizing/';

function row({ source, gatherings, joins, series, by }: SourceSeries): string[] {
  const each = (fits: (measurement: string) => boolean) => {
    const total = [...by].reduce((all, [measurement, count]) => all + (fits(measurement) ? count : 0), 0);
    return (total / joins).toFixed(1);
  };
  const isOther = (measurement: string) =>
    ['zoom_participant', 'zoom_meeting'].includes(measurement) || measurement.endsWith('_summary');
  return [
    source,
    String(gatherings),
    String(joins),
    each((measurement) => !isOther(measurement)),
    each((measurement) => measurement.endsWith('_summary')),
    each((measurement) => measurement === 'zoom_participant'),
    each((measurement) => measurement === 'zoom_meeting'),
    `**${(series / joins).toFixed(1)}**`,
  ];
}

function sum(rows: readonly SourceSeries[], read: (row: SourceSeries) => number): number {
  return rows.reduce((total, each) => total + read(each), 0);
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
