import { archiveFolder, listArchive } from '../src/archive/archive-file.js';
import { InfluxWriter } from '../src/influx/influx-writer.js';
import { type BatchLine, renderLine } from '../src/influx/line-batch.js';
import { archivedEvents } from '../src/replay/archived-events.js';
import type { Settings } from '../src/settings/settings.js';
import { dumpBucket } from '../test/helpers/dump-bucket.js';
import type { TestInflux } from '../test/helpers/influx.js';
import { type Undisturbed, undisturbed } from './undisturbed.js';
import type { Told } from './zoom.js';

/** What should be in InfluxDB, and what became of how many events; of those that nobody is sure of, some may count or not. */
export type Expected = {
  readonly dump: readonly string[];
  readonly outcomes: Undisturbed['outcomes'];
  readonly quarantineItems: number;
  /** Different events that were never acknowledged and of which InfluxDB does not show whether they were stored. */
  readonly undecided: number;
  /** What can't be as it is, in words. */
  readonly failures: readonly string[];
};

const LINES_A_REQUEST = 5_000;

/** A tag that keeps the values of an event apart while it is not sure whether they should be there. */
const CANDIDATE = 'torture_candidate';

/**
 * Says what InfluxDB should hold after events that came in any order. Which order they were worked on in is told by the bridge's
 * archive, and points are a function of the events in that order; everything acknowledged has to be in it, and nothing that was
 * never sent.
 */
export async function expectAsArchived(
  settings: Settings,
  told: readonly Told[],
  influx: TestInflux,
): Promise<Expected> {
  const failures: string[] = [];
  const archived = new Map<string, Buffer>();
  const files = listArchive(archiveFolder(settings.dataDir));
  for await (const { body } of archivedEvents({ files, onDamaged: (problem) => failures.push(problem) }))
    if (!archived.has(body.toString())) archived.set(body.toString(), body);
  const sent = new Set(told.map(bodyOf));
  const lost = told.filter((one) => one.fate === 'acknowledged' && !archived.has(bodyOf(one))).length;
  if (lost > 0) failures.push(`${lost} acknowledged events are not in the archive`);
  const foreign = [...archived.keys()].filter((body) => !sent.has(body)).length;
  if (foreign > 0) failures.push(`${foreign} events in the archive were never sent`);
  const { lines, outcomes, quarantineItems } = undisturbed(settings, [...archived.values()]);
  return { dump: await dumpOf(influx, 'expected', lines), outcomes, quarantineItems, undecided: 0, failures };
}

/**
 * Says what InfluxDB should hold after events that came in order, with the bridge asked for nothing. Every acknowledged event counts. One that was never acknowledged may have been stored or not:
 * it counts where InfluxDB holds anything that only this event can have left, and then it has to be there whole.
 */
export async function expectInOrder(
  settings: Settings,
  told: readonly Told[],
  influx: TestInflux,
  found: readonly string[],
): Promise<Expected> {
  const acknowledged = new Set(told.filter(({ fate }) => fate === 'acknowledged').map(bodyOf));
  const unsure = [...new Set(told.filter(({ fate }) => fate !== 'acknowledged').map(bodyOf))].filter(
    (body) => !acknowledged.has(body),
  );
  const inOrder = [...new Map(told.map((one) => [bodyOf(one), one.at]))].sort(
    ([left, leftAt], [right, rightAt]) => leftAt - rightAt || (left < right ? -1 : 1),
  );
  const bodies = inOrder.map(([body]) => body);
  const stored = await storedOf(settings, bodies, new Set(unsure), influx, found);
  const counting = bodies.filter((body) => acknowledged.has(body) || stored.has(body));
  const { lines, outcomes, quarantineItems } = undisturbed(
    settings,
    counting.map((body) => Buffer.from(body)),
  );
  return {
    dump: await dumpOf(influx, 'expected', lines),
    outcomes,
    quarantineItems,
    undecided: unsure.length - stored.size,
    failures: [],
  };
}

/** Which of the events that nobody is sure of have left something. */
async function storedOf(
  settings: Settings,
  bodies: readonly string[],
  unsure: ReadonlySet<string>,
  influx: TestInflux,
  found: readonly string[],
): Promise<ReadonlySet<string>> {
  if (unsure.size === 0) return unsure;
  const all = undisturbed(
    settings,
    bodies.map((body) => Buffer.from(body)),
  ).lines;
  const isUnsure = ({ seq }: BatchLine) => unsure.has(bodies[seq] ?? '');
  const marked = all.filter(isUnsure).map((line) => ({ ...line, text: mark(line.text, line.seq) }));
  const without = undisturbed(
    settings,
    bodies.filter((body) => !unsure.has(body)).map((body) => Buffer.from(body)),
  ).lines;
  const usual = new Set(await dumpOf(influx, 'without', without));
  const rows = new Set(found);
  const stored = new Set<string>();
  for (const row of await dumpOf(influx, 'candidates', marked)) {
    const { [CANDIDATE]: seq, ...rest } = JSON.parse(row) as Record<string, unknown>;
    const plain = JSON.stringify(rest);
    if (rows.has(plain) && !usual.has(plain)) stored.add(bodies[Number(seq)] ?? '');
  }
  return stored;
}

/** Adds a tag to a line: behind the measurement, where commas and spaces are never escaped in ours. */
function mark(text: string, seq: number): string {
  return text.replace(/^[a-z_]+/, (measurement) => `${measurement},${CANDIDATE}=${seq}`);
}

/** Writes lines into a new bucket and gives what it holds then. */
async function dumpOf(influx: TestInflux, bucket: string, lines: readonly BatchLine[]): Promise<string[]> {
  await influx.createBucket(bucket);
  const { url, org, token } = influx;
  const writer = new InfluxWriter({ url, org, token, bucket });
  for (let from = 0; from < lines.length; from += LINES_A_REQUEST) {
    const part = lines.slice(from, from + LINES_A_REQUEST);
    const outcome = await writer.send(
      part.map((line) => renderLine(line, 'ms')),
      'ms',
    );
    if (outcome.kind !== 'stored')
      throw new Error(`the expected points can't be written: ${JSON.stringify(outcome)}`);
  }
  writer.close();
  return await dumpBucket(influx, bucket);
}

/** The bytes that are posted. */
function bodyOf({ event }: Pick<Told, 'event'>): string {
  return JSON.stringify(event);
}
