/**
 * The participant's details that can become tags; the first six are tags unless `CONTEXT_TAGS` says otherwise.
 * The others have many values each: every one that is added multiplies the number of series.
 */
export const CONTEXT_TAG_NAMES = [
  'device',
  'network_type',
  'data_center',
  'location',
  'site',
  'client_version',
  'microphone',
  'speaker',
  'camera',
  'connection_type',
  'domain',
  'isp',
] as const;

/** One of the details that can become a tag. */
export type ContextTag = (typeof CONTEXT_TAG_NAMES)[number];
