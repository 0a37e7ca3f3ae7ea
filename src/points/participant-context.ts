import type { Texts } from '../zoom/decoded.js';

/** Zoom's keys of a participant's details that are remembered, and the context tag each one becomes. */
const REMEMBERED: Record<string, string> = {
  device: 'device',
  network_type: 'network_type',
  data_center: 'data_center',
  location: 'location',
  Location: 'location',
  version: 'client_version',
  microphone: 'microphone',
  speaker: 'speaker',
  camera: 'camera',
  connection_type: 'connection_type',
  domain: 'domain',
};

/** What a data event says itself for the participant's context tags. */
export function contextOf(details: Texts): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [key, tag] of Object.entries(REMEMBERED)) {
    const value = details[key];
    if (value !== undefined) context[tag] ??= value;
  }
  return context;
}
