import { MAX_TAG_LENGTH, MAX_TEXT_LENGTH, UNKNOWN } from '../../src/points/clean.js';
import {
  CONTEXT_TAGS,
  IDENTITY_TAGS,
  MEASUREMENTS,
  type Measurement,
  type MeasurementDefinition,
} from '../../src/points/schema.js';
import { readSettings } from '../../src/settings/read-settings.js';
import { EXAMPLE_EVENTS } from './example-events.js';
import { exampleOwnPoint } from './example-own-point.js';
import { growthText } from './growth-text.js';
import { table } from './markdown-table.js';
import { rollupText } from './rollup-text.js';
import { defaultPointOptions, StoryWorker } from './story-lines.js';

const EXAMPLE_SITES = '192.0.2.0/24,Sampletown office\n';

/** The text of docs/schema.md: made from the code that writes the points. */
export function schemaPage(): string {
  const examples = exampleLines();
  return [
    `<!-- Made by "npm run docs" from src/points/schema.ts and src/points/rollup-schema.ts. Changes made here are lost. -->`,
    '# Schema',
    INTRODUCTION,
    '## Rules',
    rules(),
    '## Tags on every point',
    tagsOfEveryPoint(),
    '## Measurements',
    (Object.keys(MEASUREMENTS) as Measurement[])
      .map((name) => `- [\`${name}\`](#${name}): one point per ${MEASUREMENTS[name].pointPer}`)
      .join('\n'),
    ...(Object.keys(MEASUREMENTS) as Measurement[]).map((name) => measurement(name, examples.get(name))),
    '## Rollups',
    rollupText(),
    '## Series and retention',
    growthText(),
    '',
  ].join('\n\n');
}

const INTRODUCTION = `What QSS Bridge writes into the bucket of \`INFLUX_BUCKET\` (\`zoom\` unless set otherwise), measurement by measurement.
[flux.md](flux.md) has queries for it.

A **measurement** is a table, a **tag** a column that InfluxDB has an index of (text, good to filter and group by), a **field**
a column with a value. A point is one row: a measurement, all its tags, a time, and the fields that were told. One measurement
with one set of tag values is a **series**. Most of what you ask filters a measurement and a field, groups by tags, and takes a
mean over time:

- live samples, one a minute: \`zoom_qos\` (media), \`zoom_cpu\`, \`zoom_wifi\`, \`zoom_score\`, \`zoom_notice\`, \`zoom_call\` (phone)
- what Zoom sums up when somebody leaves: the same names with \`_summary\`
- who and what it was: \`zoom_participant\`, \`zoom_meeting\`
- the bridge itself: \`qss_bridge\`

What InfluxDB sums up from these for overviews is in a bucket of its own: [rollups](#rollups).`;

function rules(): string {
  const { latencyMs, jitterMs, lossPct, mos } = readSettings({}, { zoom: false }).points.thresholds;
  return `**Every tag is always there.** Where Zoom says nothing a tag holds \`${UNKNOWN}\`, so a series never splits because something
was absent. No name is a tag in one measurement and a field in another: what is a tag, and is told as text as well, is a field
under the same name with \`_text\` behind it (\`device\` and \`device_text\`).

**Numbers are floats** and have their unit in their name: \`_kbps\`, \`_ms\`, \`_pct\`, \`_fps\`, \`_px\`, \`_dbm\`, \`_min\`. Zoom's ways of
writing a number (\`"63 kbps"\`, \`"0.0%"\`, \`-75\`, \`"1,234 kbps"\`) all come out as one. A value that can't be read is left out,
counted, and the rest of its sample is kept. Zero is a value; absent is none.

**Times are the sample's own**, never those of arrival: a sample's \`date_time\`, and \`event_ts\` where an entry has none
(summaries) or the event holds no samples (details, companion events). Milliseconds since 1970, in UTC.

**The same thing is written once.** A repeated delivery is recognised by its content for three hours. What is written twice for
other reasons has the same tags and time and overwrites itself.

**Of two readings for one moment the later wins.** Where two events have a reading for the same participant, stream and time,
the one with the later \`event_ts\` counts, field by field, whatever the order in which they come. A sample that is split over two
records of one event is merged.

**Context is what was known at the sample's own time.** The context tags come from the participant's data events, which come
apart from the samples. A sample carries the details that held at its time, also when it is late; one from before the first
detail known carries that first one. A point that has been written is not written again when details come after it: until the
first data event has been seen, context tags hold \`${UNKNOWN}\`. When a detail changes during a call (from Wi-Fi to a dock), a new
series begins. The last 16 changes of each detail are remembered, for 48 hours after the last one.

**\`participant\` is the join number**, which Zoom gives each time somebody joins: it means nothing outside its meeting. Where it
is missing the tag holds the user's id, then the uuid of the join, else \`${UNKNOWN}\`. Points about a meeting as a whole hold
\`${UNKNOWN}\`, points of phone calls \`caller\` or \`callee\`.

**Phone: live event and summary give the same point.** So a call's minutes are there once, whichever came; nothing that one of the
two may lack is a tag there, and context tags hold \`${UNKNOWN}\`. Companion events of calls are points of \`zoom_meeting\` with
\`source\` \`phone\` and the call's id in \`meeting\`.

**\`poor\` is 1** in a sample with a latency over ${latencyMs} ms, a jitter over ${jitterMs} ms or a mean loss over ${lossPct} %, in phone samples also with
a MOS below ${mos}; 0 where none is past its threshold (\`THRESHOLD_LATENCY_MS\`, \`THRESHOLD_JITTER_MS\`, \`THRESHOLD_LOSS_PCT\`,
\`THRESHOLD_MOS\`: these are the defaults); absent where none of these is known. It is judged when the sample is written; a changed
threshold does not change what is stored. Its mean is the share of poor samples.

**Tags are cleaned the same way every time:** lone surrogates become U+FFFD; line feed, carriage return and tab are written out as
\`\\n\`, \`\\r\`, \`\\t\`; other control characters go; white space around goes; what is over ${MAX_TAG_LENGTH} UTF-16 code units is cut off; backslashes
at the end and before a space, a comma or an equals sign go, since InfluxDB can't store them. Nothing left, or one of Zoom's ways of
saying nothing (\`""\`, \`"-"\`, \`"N/A"\`, \`"null"\` …), is \`${UNKNOWN}\`.

**Texts** keep line feeds, carriage returns and tabs and lose other control characters; what is over ${MAX_TEXT_LENGTH} UTF-16 code units is
cut off. A text of which nothing is left is not written: \`zoom_participant\` and \`zoom_meeting\` hold what each event told, so ask
for the last value of each field.

**\`PRIVACY\`** decides about values that name a person or their computer (names, email addresses, user ids, addresses, …):
\`full\` stores them, \`pseudonymous\` stores keyed hashes, \`minimal\` nothing. They are never tags, but for a user's id where the
join number is missing, which is treated in the same way.`;
}

function tagsOfEveryPoint(): string {
  const inForce = new Set(readSettings({}, { zoom: false }).points.contextTags as readonly string[]);
  return `On every measurement but \`qss_bridge\`.

**Identity**: whose reading it is.

${table(
  ['tag', 'what it holds'],
  Object.entries(IDENTITY_TAGS).map(([name, about]) => [`\`${name}\``, about]),
)}

**Context**: under which circumstances. \`CONTEXT_TAGS\` says which of them are written; each one that is added multiplies the
number of series by how often it changes.

${table(
  ['tag', 'what it holds', 'unless set otherwise'],
  Object.entries(CONTEXT_TAGS).map(([name, about]) => [
    `\`${name}\``,
    about,
    inForce.has(name) ? 'written' : 'not written',
  ]),
)}`;
}

function measurement(name: Measurement, example: string | undefined): string {
  if (example === undefined) throw new Error(`no example event gives a point of ${name}`);
  const { pointPer, tags, fields, identified }: MeasurementDefinition = MEASUREMENTS[name];
  const own = Object.entries(tags);
  const beyond = identified ? 'Tags beyond those on every point' : 'Tags';
  return [
    `### ${name}`,
    `One point per ${pointPer}.`,
    own.length === 0
      ? `${beyond}: none.`
      : `${beyond}:\n\n${table(
          ['tag', 'what it holds'],
          own.map(([tag, about]) => [`\`${tag}\``, about]),
        )}`,
    table(
      ['field', 'type', 'what it holds'],
      Object.entries(fields).map(([field, { type, about }]) => [`\`${field}\``, type, about]),
    ),
    `\`\`\`text\n${example}\n\`\`\``,
  ].join('\n\n');
}

/** The first line of each measurement that the example events become, made by the code that writes them. */
function exampleLines(): ReadonlyMap<string, string> {
  const worker = new StoryWorker(defaultPointOptions(EXAMPLE_SITES));
  const lines = [
    // The participant is told twice; the later line has the details.
    ...EXAMPLE_EVENTS.flatMap(({ at, event }) => worker.work(event, at).lines).reverse(),
    exampleOwnPoint(Date.parse('2026-02-03T09:02:15Z'), 12),
  ];
  const first = new Map<string, string>();
  for (const { text, time } of lines) {
    const name = text.slice(0, text.indexOf(','));
    if (!first.has(name)) first.set(name, `${text} ${time}`);
  }
  return first;
}
