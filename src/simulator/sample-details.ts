import type { Leg } from './clients.js';
import { hundredths, qualityWord, type Reading, tenths } from './readings.js';
import type { QosSample } from './sample-types.js';

export type Media = 'audio' | 'video' | 'as';
export type Direction = 'sent' | 'received';

/** Zoom's `type` of a stream; `input` is what the participant sends. */
export function streamType(leg: Leg, media: Media, direction: Direction): string {
  if (leg === 'crc' || leg === 'rwg') return `${media}_device_${direction === 'sent' ? 'from' : 'to'}_${leg}`;
  return `${media}_${direction === 'sent' ? 'input' : 'output'}`;
}

/** What Zoom sends of a picture stream that carries nothing. */
export const SILENT_PICTURE: QosSample['details'] = {
  bitrate: '',
  latency: '',
  jitter: '',
  avg_loss: '',
  max_loss: '',
  resolution: '',
  frame_rate: '',
};

/** The five keys of every media record. */
export function audioDetails(reading: Reading): QosSample['details'] {
  return {
    bitrate: `${reading.bitrateKbps} kbps`,
    latency: `${reading.latencyMs} ms`,
    jitter: `${reading.jitterMs} ms`,
    avg_loss: `${tenths(reading.avgLoss)}%`,
    max_loss: `${tenths(reading.maxLoss)}%`,
  };
}

/** The five keys and those of a picture. */
export function pictureDetails(reading: Reading): QosSample['details'] {
  return {
    bitrate: `${reading.bitrateKbps} kbps`,
    latency: `${reading.latencyMs} ms`,
    jitter: `${reading.jitterMs} ms`,
    avg_loss: `${tenths(reading.avgLoss)}%`,
    max_loss: `${tenths(reading.maxLoss)}%`,
    resolution: reading.resolution,
    frame_rate: `${reading.frameRateFps} fps`,
  };
}

/** Word and number of a quality score in hundredths. */
export function scoreDetails(score: number): QosSample['details'] {
  return { quality: qualityWord(score), quality_score: hundredths(score) };
}
