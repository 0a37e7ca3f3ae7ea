export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** Zoom's form of a time: ISO 8601, UTC, whole seconds. */
export function isoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** The first whole minute at or after a time. */
export function nextMinute(epochMs: number): number {
  return Math.ceil(epochMs / MINUTE) * MINUTE;
}

/** The first whole second at or after a time. */
export function nextSecond(epochMs: number): number {
  return Math.ceil(epochMs / SECOND) * SECOND;
}
