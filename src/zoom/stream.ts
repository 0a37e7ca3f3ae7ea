import { RecentMap } from './recent-map.js';

/** What a stream carries. */
export type Media = 'audio' | 'video' | 'share' | 'unknown';
/** Which way it flows, seen from the participant. */
export type Direction = 'sent' | 'received' | 'unknown';
/** Which client carries it: Zoom's own, a room through the Cloud Room Connector, a browser through the Real-time Web Gateway. */
export type Leg = 'client' | 'crc' | 'rwg';

/** A `qos[].type` taken apart. */
export type Stream = { readonly media: Media; readonly direction: Direction; readonly leg: Leg };

const MEDIA: ReadonlyMap<string, Media> = new Map([
  ['audio', 'audio'],
  ['video', 'video'],
  ['as', 'share'],
]);

/**
 * Takes Zoom's stream type apart. Types that Zoom may add later come out as far as they can be understood.
 *
 * @param inputDirection what `*_input` means: Zoom's documents contradict each other, most say it is what the participant sends
 */
export function readStream(type: string, inputDirection: 'sent' | 'received'): Stream {
  return inputDirection === 'sent' ? SENT.get(type, sent) : RECEIVED.get(type, received);
}

/** Zoom has two dozen types. */
const SENT = new RecentMap<string, Stream>(200);
const RECEIVED = new RecentMap<string, Stream>(200);
const sent = (type: string) => takeApart(type, 'sent');
const received = (type: string) => takeApart(type, 'received');

/** What a stream of a type carries. */
export function mediaOf(type: string): Media {
  return MEDIA.get(type.split('_', 1)[0] ?? '') ?? 'unknown';
}

function takeApart(type: string, inputDirection: 'sent' | 'received'): Stream {
  const leg = type.endsWith('_crc') ? 'crc' : type.endsWith('_rwg') ? 'rwg' : 'client';
  return { media: mediaOf(type), leg, direction: directionOf(type, inputDirection) };
}

function directionOf(type: string, inputDirection: 'sent' | 'received'): Direction {
  if (type.endsWith('_input')) return inputDirection;
  if (type.endsWith('_output')) return inputDirection === 'sent' ? 'received' : 'sent';
  if (type.includes('_from_')) return 'sent';
  if (type.includes('_to_')) return 'received';
  return 'unknown';
}
