import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';

/** Colours by value: the first holds from below, each further one from its value on. */
export type Scale = readonly [string, ...(readonly [from: number, colour: string])[]];

const GOOD = 'green';
const FAIR = 'yellow';
const BAD = 'red';

/** What counts as good, worth a look, and bad. The limits are the defaults of `THRESHOLD_*` and Zoom's recommendations. */
export const SCALES = {
  poorPct: [GOOD, [2, FAIR], [5, BAD]],
  goodPct: [BAD, [95, FAIR], [99, GOOD]],
  latencyMs: [GOOD, [150, FAIR], [300, BAD]],
  jitterMs: [GOOD, [30, FAIR], [40, BAD]],
  lossPct: [GOOD, [1, FAIR], [2, BAD]],
  mos: [BAD, [3.5, FAIR], [4, GOOD]],
  busyPct: [GOOD, [5, FAIR], [15, BAD]],
  weakPct: [GOOD, [5, FAIR], [15, BAD]],
  cpuPct: [GOOD, [70, FAIR], [85, BAD]],
  rssiDbm: [BAD, [-75, FAIR], [-67, GOOD]],
  frameRate: [BAD, [10, FAIR], [20, GOOD]],
  waiting: [GOOD, [5_000, FAIR], [50_000, BAD]],
  delayMs: [GOOD, [30_000, FAIR], [120_000, BAD]],
  silence: [GOOD, [60, FAIR], [180, BAD]],
  anyIsFair: [GOOD, [1, FAIR]],
  validationHours: [GOOD, [60, FAIR], [72, BAD]],
  none: ['text'],
} as const satisfies Record<string, Scale>;

export type ScaleName = keyof typeof SCALES;

type Step = { value: number | null; color: string };

/** The steps as Grafana's JSON has them. */
export function steps(name: ScaleName): Step[] {
  const [lowest, ...further] = SCALES[name] as Scale;
  return [{ value: null, color: lowest }, ...further.map(([value, color]) => ({ value, color }))];
}

/** Lower than any value that is shown: what is below has no value at all. */
const LOWEST = -1_000_000;

/** Grey, to be read on dark and on light. */
const NO_COLOUR = '#8e8e8e';

/** The same where no value shall have no colour: Grafana gives it that of the lowest step. */
export function stepsWithNone(name: ScaleName): Step[] {
  const [lowest, ...further] = steps(name);
  return [{ value: null, color: NO_COLOUR }, { value: LOWEST, color: lowest?.color ?? 'text' }, ...further];
}

/** The thresholds of a panel. */
export function thresholds(of: Step[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(of);
}
