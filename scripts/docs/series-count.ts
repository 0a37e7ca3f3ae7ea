import type { BatchLine } from '../../src/influx/line-batch.js';
import { UNKNOWN } from '../../src/points/clean.js';
import { createAccount } from '../../src/simulator/account.js';
import type { ZoomEvent } from '../../src/simulator/event-types.js';
import { tellStory } from './story-lines.js';

/** The simulated account whose series are counted: fixed, so that everybody counts the same. */
export const SERIES_STORY = {
  seed: 3,
  participants: 60,
  meetings: 8,
  scenario: 'mixed',
  startTime: Date.parse('2026-02-03T09:00:00Z'),
  accountId: 'account-0001',
  minutes: 75,
} as const;

/** A story's lines, and the meetings, webinars, sessions and calls that are over at its end. */
export type SeriesStory = { readonly lines: readonly BatchLine[]; readonly over: ReadonlySet<string> };

let told: SeriesStory | undefined;

/** Tells {@link SERIES_STORY}, once. */
export function tellSeriesStory(): SeriesStory {
  told ??= tell();
  return told;
}

function tell(): SeriesStory {
  const { startTime, minutes } = SERIES_STORY;
  const lines: BatchLine[] = [];
  const over = new Set<string>();
  for (const { event, lines: own } of tellStory(createAccount(SERIES_STORY), startTime, minutes)) {
    for (const line of own) lines.push(line);
    // The last summaries come within two minutes.
    if (event.event_ts < startTime + (minutes - 2) * 60_000) over.add(endedBy(event) ?? '');
  }
  return { lines, over };
}

function endedBy(event: ZoomEvent): string | undefined {
  switch (event.event) {
    case 'meeting.ended':
    case 'webinar.ended':
      return event.payload.object.uuid;
    case 'session.ended':
      return event.payload.object.session_id;
    case 'phone.call_qos_summary':
      return event.payload.object.call_id;
    default:
      return undefined;
  }
}

/** What meetings, webinars, sessions or calls bring. */
export type SourceSeries = {
  readonly source: string;
  /** Meetings, webinars, sessions or calls. */
  readonly gatherings: number;
  /** Joins; the sides of calls. */
  readonly joins: number;
  readonly series: number;
  /** Series by measurement. */
  readonly by: ReadonlyMap<string, number>;
};

/** The series of lines as InfluxDB tells them apart: by measurement and tags, whatever the fields. */
export function seriesOf(lines: Iterable<Pick<BatchLine, 'text'>>): ReadonlySet<string> {
  const series = new Set<string>();
  // The fields begin behind the first blank that no backslash escapes.
  for (const { text } of lines) series.add(text.slice(0, text.search(/(?<!\\) /)));
  return series;
}

/** Counts series by source; those of gatherings that are still running are left out. */
export function countSeries({ lines, over }: SeriesStory): readonly SourceSeries[] {
  const sources = new Map<string, { gatherings: Set<string>; joins: Set<string>; by: Map<string, number> }>();
  for (const key of seriesOf(lines)) {
    const [measurement = '', ...tags] = key.split(/(?<!\\),/);
    const values = new Map(
      tags.map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
    );
    const value = (name: string) => values.get(name)?.replaceAll('\\=', '=') ?? '';
    const meeting = value('meeting');
    if (!over.has(meeting)) continue;
    const counted = sources.get(value('source')) ?? {
      gatherings: new Set(),
      joins: new Set(),
      by: new Map(),
    };
    sources.set(value('source'), counted);
    counted.gatherings.add(meeting);
    if (value('participant') !== UNKNOWN) counted.joins.add(`${meeting} ${value('participant')}`);
    counted.by.set(measurement, (counted.by.get(measurement) ?? 0) + 1);
  }
  return [...sources].map(([source, { gatherings, joins, by }]) => ({
    source,
    gatherings: gatherings.size,
    joins: joins.size,
    series: [...by.values()].reduce((sum, count) => sum + count, 0),
    by,
  }));
}
