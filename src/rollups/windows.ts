import type { Resolution } from '../points/rollup-schema.js';

/** One window: from its start, before its stop, both as expressions of Flux. */
export type Window = { readonly resolution: Resolution; readonly start: string; readonly stop: string };

/** The moments that {@link MOMENTS} defines, by the resolution whose windows begin and end there. */
const MOMENT: Record<Resolution, string> = { '5m': 'stop', '1h': 'thisHour', '1d': 'today' };

const MINUTES: Record<Resolution, number> = { '5m': 5, '1h': 60, '1d': 1_440 };

/** Flux that defines the moments that windows of tasks are told from: all lie at or before the time a task runs for. */
export const MOMENTS: Record<Resolution, string> = {
  '5m': 'stop = date.truncate(t: now(), unit: 5m)',
  '1h': 'thisHour = date.truncate(t: now(), unit: 1h)',
  '1d': 'today = date.truncate(t: now(), unit: 1d)',
};

/** The hour that runs, up to the last whole five minutes; at the full hour, the one that has just ended. */
export const RUNNING_HOUR: Window = { resolution: '1h', start: 'runningHour', stop: 'stop' };

/** Flux that defines the start of {@link RUNNING_HOUR}. */
export const RUNNING_HOUR_START = 'runningHour = date.truncate(t: date.sub(d: 5m, from: stop), unit: 1h)';

/**
 * @param ago - how many windows ago: 1 is the last one that is over
 * @returns a whole window before the moment a task runs for
 */
export function windowBefore(resolution: Resolution, ago: number): Window {
  const minutes = MINUTES[resolution];
  return {
    resolution,
    start: before(MOMENT[resolution], ago * minutes),
    stop: before(MOMENT[resolution], (ago - 1) * minutes),
  };
}

/** @returns a window at a given time, ms since 1970, where windows of this resolution begin */
export function windowAt(resolution: Resolution, start: number): Window {
  return {
    resolution,
    start: new Date(start).toISOString(),
    stop: new Date(start + MINUTES[resolution] * 60_000).toISOString(),
  };
}

/** @returns how long such a window is, ms */
export function windowMs(resolution: Resolution): number {
  return MINUTES[resolution] * 60_000;
}

const before = (moment: string, minutes: number): string =>
  minutes === 0 ? moment : `date.sub(d: ${minutes}m, from: ${moment})`;
