import type { Conditions, Walk } from './conditions.js';
import type { Random } from './random.js';

/** One stream in one minute, already in the whole steps in which Zoom writes it. */
export interface Reading {
  readonly bitrateKbps: number;
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Tenths of a percent. */
  readonly avgLoss: number;
  /** Tenths of a percent. */
  readonly maxLoss: number;
  /** `""` for sound. */
  readonly resolution: string;
  readonly frameRateFps: number;
}

/** Draws an audio reading: sound keeps its bitrate, whatever is lost on the way. */
export function readAudio(bitrate: Walk, conditions: Conditions, random: Random): Reading {
  return readStream(bitrate.step(random), '', 0, conditions, random);
}

/** Draws a video or share reading: loss brings the bitrate and size down, a busy machine the frame rate. */
export function readPicture(
  bitrate: Walk,
  sizes: readonly [full: string, reduced: string],
  fullRate: number,
  conditions: Conditions,
  random: Random,
): Reading {
  const starved = conditions.lossPct > 2;
  const kbps = bitrate.step(random) * (starved ? 0.5 : 1) * (0.4 + 0.6 * conditions.frames);
  const rate = fullRate * conditions.frames * (starved ? 0.7 : 1) * random.between(0.88, 1.05);
  return readStream(kbps, sizes[starved ? 1 : 0], Math.max(1, Math.round(rate)), conditions, random);
}

function readStream(
  kbps: number,
  resolution: string,
  frameRateFps: number,
  { latencyMs, jitterMs, lossPct }: Conditions,
  random: Random,
): Reading {
  const avgLoss = Math.round(10 * lossPct * random.between(0.7, 1.2));
  return {
    bitrateKbps: Math.round(kbps),
    latencyMs: Math.round(latencyMs + random.between(-2, 5)),
    jitterMs: Math.round(jitterMs * random.between(0.7, 1.3)),
    avgLoss,
    maxLoss: Math.min(1000, Math.round(avgLoss * random.between(1.5, 4) + random.between(0, 4))),
    resolution,
    frameRateFps,
  };
}

const BEST_SCORE = 4.5;

/** A mean opinion score in hundredths, 100 to 500: what a listener or viewer would make of such a stream. */
export function opinionScore(reading: Reading, frames: number): number {
  const penalty =
    0.28 * (reading.avgLoss / 10) +
    0.013 * Math.max(0, reading.jitterMs - 15) +
    0.004 * Math.max(0, reading.latencyMs - 150) +
    1.8 * (1 - frames);
  return Math.round(100 * Math.max(1, BEST_SCORE - penalty));
}

/** Zoom's word for a score in hundredths: good from 4, fair from 3, poor from 2, else bad. */
export function qualityWord(score: number): string {
  if (score >= 400) return 'good';
  if (score >= 300) return 'fair';
  return score >= 200 ? 'poor' : 'bad';
}

/** Tenths as a decimal text: 14 is `1.4`. */
export function tenths(value: number): string {
  return `${Math.trunc(value / 10)}.${value % 10}`;
}

/** Hundredths as a decimal text: 438 is `4.38`. */
export function hundredths(value: number): string {
  return `${Math.trunc(value / 100)}.${String(value % 100).padStart(2, '0')}`;
}
