import type { Point } from './point-set.js';

/** What an earlier event wrote for a participant and a moment: fields by local series name. Plain data, fit to be stored. */
export type Written = { readonly at: number; readonly fields: Readonly<Record<string, readonly string[]>> };

/** What these points write, to be remembered for {@link dropSuperseded}. */
export function writtenBy(points: readonly Point[], at: number): Written {
  return { at, fields: Object.fromEntries(points.map(({ local, fields }) => [local, [...fields.keys()]])) };
}

/**
 * Of two events with a reading for the same participant, stream and moment, the one with the later `event_ts` wins, whatever the
 * order of arrival: fields that a later event has already written are taken out.
 *
 * @returns how many fields were taken out
 */
export function dropSuperseded(points: readonly Point[], at: number, earlier: readonly Written[]): number {
  let dropped = 0;
  for (const written of earlier) {
    if (written.at <= at) continue;
    for (const { local, fields } of points)
      for (const name of written.fields[local] ?? []) if (fields.delete(name)) dropped += 1;
  }
  return dropped;
}
