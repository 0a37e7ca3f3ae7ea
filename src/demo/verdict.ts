import type { EventCounts } from '../spool/counts.js';

/** What the demo knows at its end. */
export type DemoResult = {
  readonly posted: number;
  /** Postings that were acknowledged. */
  readonly acknowledged: number;
  /** What the bridge says, from the first posting to the last. */
  readonly counts: EventCounts;
  /** Different points written, by measurement. */
  readonly written: Readonly<Record<string, number>>;
  /** Points that a query finds, by measurement. */
  readonly found: Readonly<Record<string, number>>;
};

/** Everything that does not agree, in words; an empty list is a pass. */
export function disagreements({
  posted,
  acknowledged,
  counts,
  written,
  found,
}: DemoResult): readonly string[] {
  const { accepted, written: events, repeated, ignored, quarantined, waiting } = counts;
  const faults: string[] = [];
  if (posted === 0) faults.push('nothing was posted');
  if (acknowledged !== posted) faults.push(`${posted} events were posted, but ${acknowledged} acknowledged`);
  if (accepted !== acknowledged)
    faults.push(`${acknowledged} events were acknowledged, but ${accepted} accepted`);
  const sum = events + repeated + ignored + quarantined + waiting;
  if (accepted !== sum)
    faults.push(`${accepted} events were accepted, but the sum of what became of them is ${sum}`);
  if (waiting > 0) faults.push(`${waiting} events still wait`);
  if (quarantined > 0) faults.push(`${quarantined} events are in quarantine`);
  if (Object.keys(written).length === 0) faults.push('no point was written');
  for (const [measurement, count] of Object.entries(written)) {
    const there = found[measurement] ?? 0;
    if (there < count)
      faults.push(`${count} points of ${measurement} were written, but a query finds ${there}`);
  }
  return faults;
}

/** The closing table. */
export function resultTable(result: DemoResult): readonly string[] {
  const { posted, counts, written, found } = result;
  const events: [string, number][] = [
    ['posted', posted],
    ['accepted', counts.accepted],
    ['written', counts.written],
    ['repeated', counts.repeated],
    ['ignored', counts.ignored],
    ['quarantined', counts.quarantined],
    ['waiting', counts.waiting],
  ];
  const line = (label: string, ...cells: (string | number)[]) =>
    `  ${label.padEnd(22)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
  return [
    line('events', ''),
    ...events.map(([label, value]) => line(label, value)),
    ...(Object.keys(written).length === 0 ? [] : ['', line('points', 'written', 'found')]),
    ...Object.keys(written)
      .sort()
      .map((measurement) => line(measurement, written[measurement] ?? 0, found[measurement] ?? 0)),
  ];
}
