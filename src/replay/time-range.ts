/** Which events are meant, by `event_ts`: from this moment, before that one, ms since 1970. */
export type TimeRange = { readonly from: number | undefined; readonly to: number | undefined };

const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Reads `2026-01-15`, `2026-01-15T10:20`, `2026-01-15T10:20:30Z` and the like; UTC where no zone is named. */
export function readMoment(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(match[1] === undefined && text.includes('T') ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether an event is meant; one without a time is meant only where every event is. */
export function isWithin({ from, to }: TimeRange, at: number | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  return (
    at !== undefined && at >= (from ?? Number.NEGATIVE_INFINITY) && at < (to ?? Number.POSITIVE_INFINITY)
  );
}
