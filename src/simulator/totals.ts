import { hundredths, qualityWord, type Reading, tenths } from './readings.js';
import type { QosSummary } from './sample-types.js';

/** Smallest, mean and largest of what was sent. */
class Spread {
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #count = 0;

  add(low: number, mean: number, high: number): void {
    if (low < this.#min) this.#min = low;
    if (high > this.#max) this.#max = high;
    this.#sum += mean;
    this.#count++;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get min(): number {
    return this.#min;
  }

  get avg(): number {
    return Math.round(this.#sum / this.#count);
  }

  get max(): number {
    return this.#max;
  }
}

class StreamTotals {
  readonly bitrate = new Spread();
  readonly latency = new Spread();
  readonly jitter = new Spread();
  readonly loss = new Spread();
  readonly frameRate = new Spread();
  resolution = '';

  add(reading: Reading): void {
    this.bitrate.add(reading.bitrateKbps, reading.bitrateKbps, reading.bitrateKbps);
    this.latency.add(reading.latencyMs, reading.latencyMs, reading.latencyMs);
    this.jitter.add(reading.jitterMs, reading.jitterMs, reading.jitterMs);
    this.loss.add(reading.avgLoss, reading.avgLoss, reading.maxLoss);
    if (reading.resolution === '') return;
    this.frameRate.add(reading.frameRateFps, reading.frameRateFps, reading.frameRateFps);
    this.resolution = reading.resolution;
  }

  details(): QosSummary['details'] {
    const { bitrate, latency, jitter, loss, frameRate } = this;
    const network = {
      min_bitrate: `${bitrate.min} kbps`,
      avg_bitrate: `${bitrate.avg} kbps`,
      max_bitrate: `${bitrate.max} kbps`,
      min_latency: `${latency.min} ms`,
      avg_latency: `${latency.avg} ms`,
      max_latency: `${latency.max} ms`,
      min_jitter: `${jitter.min} ms`,
      avg_jitter: `${jitter.avg} ms`,
      max_jitter: `${jitter.max} ms`,
      min_loss: `${tenths(loss.min)}%`,
      avg_loss: `${tenths(loss.avg)}%`,
      max_loss: `${tenths(loss.max)}%`,
    };
    if (frameRate.isEmpty) return network;
    return {
      ...network,
      resolution: this.resolution,
      min_frame_rate: `${frameRate.min} fps`,
      avg_frame_rate: `${frameRate.avg} fps`,
      max_frame_rate: `${frameRate.max} fps`,
    };
  }
}

/** How hard a browser's machine works, from the Compute Pressure API; the index grows with the pressure. */
export const PRESSURE_LEVELS = ['normal', 'fair', 'serious', 'critical'] as const;

/** Everything one participant sent since joining, for the summary that follows when they leave. */
export class ParticipantTotals {
  readonly #streams = new Map<string, StreamTotals>();
  readonly #scores = new Map<string, Spread>();
  readonly #zoomCpu = new Spread();
  readonly #systemCpu = new Spread();
  readonly #pressure = new Spread();
  readonly #rssi = new Spread();

  addStream(type: string, reading: Reading): void {
    let totals = this.#streams.get(type);
    if (totals === undefined) {
      totals = new StreamTotals();
      this.#streams.set(type, totals);
    }
    totals.add(reading);
  }

  addScore(type: string, score: number): void {
    let spread = this.#scores.get(type);
    if (spread === undefined) {
      spread = new Spread();
      this.#scores.set(type, spread);
    }
    spread.add(score, score, score);
  }

  addCpu(zoomMin: number, zoomAvg: number, zoomMax: number, systemMax: number): void {
    this.#zoomCpu.add(zoomMin, zoomAvg, zoomMax);
    this.#systemCpu.add(systemMax, systemMax, systemMax);
  }

  addPressure(min: number, avg: number, max: number): void {
    this.#pressure.add(min, avg, max);
  }

  addRssi(min: number, avg: number, max: number): void {
    this.#rssi.add(min, avg, max);
  }

  /** The summary's `qos` array; a stream that never carried anything has no entry. */
  summarize(): QosSummary[] {
    const summary: QosSummary[] = [];
    for (const [type, totals] of this.#streams) summary.push({ type, details: totals.details() });
    const machine = { ...this.#cpuDetails(), ...this.#pressureDetails() };
    if (Object.keys(machine).length > 0) summary.push({ type: 'cpu_usage', details: machine });
    for (const [type, score] of this.#scores) {
      summary.push({
        type,
        details: { quality: qualityWord(score.avg), quality_score: hundredths(score.avg) },
      });
    }
    if (!this.#rssi.isEmpty) {
      const { min, avg, max } = this.#rssi;
      summary.push({
        type: 'wifi_rssi',
        details: { min_rssi: min, avg_rssi: avg, max_rssi: max, rssi_unit: 'dBm' },
      });
    }
    return summary;
  }

  #cpuDetails(): QosSummary['details'] {
    if (this.#zoomCpu.isEmpty) return {};
    return {
      zoom_min_cpu_usage: `${this.#zoomCpu.min}%`,
      zoom_avg_cpu_usage: `${this.#zoomCpu.avg}%`,
      zoom_max_cpu_usage: `${this.#zoomCpu.max}%`,
      system_max_cpu_usage: `${this.#systemCpu.max}%`,
    };
  }

  #pressureDetails(): QosSummary['details'] {
    if (this.#pressure.isEmpty) return {};
    const level = (index: number): string => PRESSURE_LEVELS[index] ?? 'critical';
    return {
      system_min_cpu_pressure_level: level(this.#pressure.min),
      system_avg_cpu_pressure_level: level(this.#pressure.avg),
      system_max_cpu_pressure_level: level(this.#pressure.max),
    };
  }
}
