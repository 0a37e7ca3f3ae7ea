import type { Texts } from '../zoom/decoded.js';
import type { SiteFinder } from './sites.js';

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

/** Inner addresses tell more about a place than the public one, which a whole company may share. */
const ADDRESS_KEYS = [
  'audio_internal_ip_address',
  'video_internal_ip_address',
  'as_internal_ip_address',
  'signaling_internal_ip_address',
  'signaling_ip_address',
];

/** What a data event adds to the participant's context tags. */
export function contextOf(details: Texts, findSite: SiteFinder): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [key, tag] of Object.entries(REMEMBERED)) {
    const value = details[key];
    if (value !== undefined) context[tag] ??= value;
  }
  const site = siteOf(details, findSite);
  if (site !== undefined) context['site'] = site;
  return context;
}

function siteOf(details: Texts, findSite: SiteFinder): string | undefined {
  for (const key of ADDRESS_KEYS) {
    const address = details[key];
    const site = address === undefined ? undefined : findSite(address.trim());
    if (site !== undefined) return site;
  }
  return undefined;
}
