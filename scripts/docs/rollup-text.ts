import { UNKNOWN } from '../../src/points/clean.js';
import { ROLLUPS, type Rollup, type RollupDefinition } from '../../src/points/rollup-schema.js';
import { table } from './markdown-table.js';

/** What there is in the rollup bucket, family by family. */
export function rollupText(): string {
  return [INTRODUCTION, ...(Object.keys(ROLLUPS) as Rollup[]).map(family)].join('\n\n');
}

const INTRODUCTION = `The bucket of \`INFLUX_ROLLUP_BUCKET\` (\`zoom_rollup\` unless set otherwise) holds sums over windows of 5 minutes, an hour and a day
(of UTC), made by InfluxDB tasks from the raw points and kept for \`ROLLUP_RETENTION\`. [operations.md](operations.md#rollups) says what runs
when. Each family sums up by other tags; its measurements are its name with the resolution behind it.

**A point's time is the start of its window:** \`zoom_place_5m\` at 10:00 is what happened from 10:00 on and before 10:05. \`zoom_meetings_1h\`
and \`zoom_calls_1h\` have one point for each meeting (call) and hour, with its id in a text field instead of a tag; so that they don't
overwrite one another, each lies at a moment within its hour that its id tells. So ask for whole hours, and truncate \`_time\` to
the hour where it matters.

**A window is always made from all its raw points,** so making it again changes nothing. Only hours are also made while they run: from
their start to the last whole 5 minutes, overwritten until they are over; \`bandwidth_kbps\` then is the mean over that time.

**Every tag is always there,** \`${UNKNOWN}\` where raw points lack it. In a window in which some raw points lack a tag and others say
\`${UNKNOWN}\` (the one in which \`CONTEXT_TAGS\` was changed) only one of both is told.

**A field is absent** where no raw point of the window has what it is made from. Percentiles are exact: interpolated between the two
nearest values. Means are those of samples, so to sum up rollups weigh them by \`samples\`; percentiles and \`participants\` of several
rollups can't be summed up.`;

function family(name: Rollup): string {
  const { about, from, resolutions, tags, fields }: RollupDefinition = ROLLUPS[name];
  return [
    `### ${resolutions.map((resolution) => `${name}_${resolution}`).join(', ')}`,
    `From \`${from}\`: ${about}. Tags: ${tags.map((tag) => `\`${tag}\``).join(', ')}.`,
    table(
      ['field', 'type', 'what it holds'],
      Object.entries(fields).map(([field, { type, about: what }]) => [`\`${field}\``, type, what]),
    ),
  ].join('\n\n');
}
