import { BASE_DETAILS, BASE_TIME, baseEvent, sample } from '../points/base-event.js';

const FIRST = 16_778_240;

/** A live reading that nothing else has to do with: of its own participant. It becomes one point of `zoom_qos`. */
export function reading(number: number): Record<string, unknown> {
  return baseEvent({
    eventTs: BASE_TIME + 21_000 + number,
    participant: {
      user_id: String(FIRST + number),
      qos: [sample('audio_input', { ...BASE_DETAILS, latency: `${number % 400} ms` })],
    },
  });
}

/** That many readings, numbered from `from`. */
export function readings(count: number, from = 0): Record<string, unknown>[] {
  return numbers(count, from).map(reading);
}

export function numbers(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

/** The readings' numbers that a dump holds, each as often as it is there. */
export function numbersIn(dump: readonly string[]): number[] {
  return dump
    .map((row) => JSON.parse(row) as Record<string, unknown>)
    .filter((row) => row['_measurement'] === 'zoom_qos' && row['_field'] === 'latency_ms')
    .map((row) => Number(row['participant']) - FIRST)
    .sort((a, b) => a - b);
}
