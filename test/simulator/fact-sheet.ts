/**
 * The keys of every event as Zoom's reference of February 2026 has them: `keys` are always there,
 * `optional` ones may be. Details of media samples are told by type.
 */
export interface EventFacts {
  readonly keys: readonly string[];
  readonly optional?: readonly string[];
}

const ENVELOPE = ['event', 'event_ts', 'payload', 'payload.account_id', 'payload.object'];

const DATA_KEYS = [
  'device',
  'location',
  'network_type',
  'microphone',
  'speaker',
  'camera',
  'data_center',
  'connection_type',
  'pc_name',
  'domain',
  'mac_addr',
  'harddisk_id',
  'version',
  'signaling_ip_address',
  'signaling_internal_ip_address',
  'signaling_internal_ip_port',
  'audio_internal_ip_address',
  'audio_internal_ip_port',
  'video_internal_ip_address',
  'video_internal_ip_port',
  'as_internal_ip_address',
  'as_internal_ip_port',
  'destination_ip_domain',
  'destination_ip_port',
];
const SUMMARY_DATA_KEYS = [...DATA_KEYS, 'device_detail', 'client'];
const LIVE_QOS = ['qos', 'qos[].date_time', 'qos[].type', 'qos[].details'];
const SUMMARY_QOS = ['qos', 'qos[].type', 'qos[].details'];
const PHONE_DETAILS = ['bitrate', 'avg_loss', 'max_loss', 'jitter', 'network_delay', 'mos'];

const under = (prefix: string, keys: readonly string[]): string[] => keys.map((key) => `${prefix}.${key}`);
const object = (...keys: readonly string[]): string[] => [...ENVELOPE, ...under('payload.object', keys)];
const inParticipant = (...keys: readonly string[]): string[] => [
  'participant',
  ...under('participant', keys),
];
const inUser = (...keys: readonly string[]): string[] => ['user', ...under('user', keys)];
const data = (keys: readonly string[]): string[] => ['data', ...under('data[]', keys)];

const MEETING = ['id', 'uuid', 'host_id', 'topic', 'type', 'start_time', 'timezone', 'duration'];
const WHO = ['user_id', 'user_name', 'id', 'participant_uuid', 'email', 'participant_user_id'];
const DATA_PARTICIPANT = ['participant_id', 'participant_user_id', 'email'];
const SESSION = ['session_id', 'session_name', 'session_key'];
const SESSION_USER = ['id', 'name', 'user_key', 'is_original_host'];
const SESSION_WHO = ['id', 'name', 'user_key', 'participant_uuid'];

function room(kind: 'meeting' | 'webinar'): Record<string, EventFacts> {
  const summaryId = kind === 'meeting' ? ['id'] : [];
  const summaryItem = kind === 'meeting' ? SUMMARY_DATA_KEYS : DATA_KEYS;
  return {
    [`${kind}.started`]: { keys: object(...MEETING) },
    [`${kind}.ended`]: { keys: object(...MEETING, 'end_time') },
    [`${kind}.participant_joined`]: { keys: object(...MEETING, ...inParticipant(...WHO, 'join_time')) },
    [`${kind}.participant_left`]: {
      keys: object(...MEETING, ...inParticipant(...WHO, 'leave_time', 'leave_reason')),
    },
    [`${kind}.participant_qos`]: {
      keys: object('uuid', ...inParticipant('user_id', 'participant_user_id', 'email', ...LIVE_QOS)),
    },
    [`${kind}.participant_qos_summary`]: {
      keys: object(
        'uuid',
        'id',
        ...inParticipant('participant_id', 'user_name', 'id', 'email', ...SUMMARY_QOS),
      ),
    },
    [`${kind}.participant_data`]: {
      keys: object('uuid', ...inParticipant(...DATA_PARTICIPANT, ...data(DATA_KEYS))),
    },
    [`${kind}.participant_data_summary`]: {
      keys: object('uuid', ...summaryId, ...inParticipant(...DATA_PARTICIPANT, ...data(summaryItem))),
    },
  };
}

const PARTY = ['phone_number', 'connection_type'];
const ZOOM_PARTY = ['extension_type', 'extension_number', 'user_id', 'timezone', 'device_type'];
const CALL_FLOW = {
  keys: object(
    'call_id',
    'caller',
    'callee',
    ...under('caller', PARTY),
    ...under('callee', PARTY),
    'ringing_start_time',
  ),
  optional: object(
    ...under('caller', ZOOM_PARTY),
    ...under('callee', ZOOM_PARTY),
    'connected_start_time',
    'answer_start_time',
    'call_end_time',
    'handup_result',
  ),
};

export const EVENT_FACTS: Readonly<Record<string, EventFacts>> = {
  'endpoint.url_validation': { keys: ['event', 'event_ts', 'payload', 'payload.plainToken'] },
  ...room('meeting'),
  ...room('webinar'),
  'session.started': { keys: object('id', ...SESSION, 'start_time') },
  'session.ended': { keys: object('id', ...SESSION, 'start_time', 'end_time') },
  'session.user_joined': { keys: object('id', ...SESSION, ...inUser(...SESSION_WHO, 'join_time')) },
  'session.user_left': {
    keys: object('id', ...SESSION, ...inUser(...SESSION_WHO, 'leave_time', 'leave_reason')),
  },
  'session.user_qos': { keys: object(...SESSION, ...inUser(...SESSION_USER, ...LIVE_QOS)) },
  'session.user_qos_summary': { keys: object(...SESSION, ...inUser(...SESSION_USER, ...SUMMARY_QOS)) },
  'session.user_data': { keys: object(...SESSION, ...inUser(...SESSION_USER, ...data(DATA_KEYS))) },
  'session.user_data_summary': {
    keys: object(...SESSION, ...inUser(...SESSION_USER, ...data(SUMMARY_DATA_KEYS))),
  },
  'phone.caller_connected': CALL_FLOW,
  'phone.callee_answered': CALL_FLOW,
  'phone.caller_ended': CALL_FLOW,
  'phone.callee_ended': CALL_FLOW,
  'phone.call_qos': {
    keys: object(
      'call_id',
      'call_start_time',
      'call_qos',
      ...under('call_qos', ['type', 'id', 'qos', 'qos.date_time', 'qos.type', 'qos.details']),
      ...under('call_qos.qos.details', PHONE_DETAILS),
    ),
    optional: object('call_qos.user_email', 'call_qos.qos.details.network'),
  },
  'phone.call_qos_summary': {
    keys: object(
      'call_id',
      'call_start_time',
      'call_end_time',
      'call_qos',
      ...under('call_qos[]', ['type', 'user_id', 'qos', 'qos[].date_time', 'qos[].type', 'qos[].details']),
      ...under('call_qos[].qos[].details', PHONE_DETAILS),
    ),
    optional: object('call_qos[].user_email', 'call_qos[].qos[].details.network'),
  },
};

const NETWORK = ['bitrate', 'latency', 'jitter', 'avg_loss', 'max_loss'];
const PICTURE = ['resolution', 'frame_rate'];
const SCORE = ['quality', 'quality_score'];
const CPU = ['zoom_min_cpu_usage', 'zoom_avg_cpu_usage', 'zoom_max_cpu_usage', 'system_max_cpu_usage'];
const PRESSURE = [
  'system_min_cpu_pressure_level',
  'system_avg_cpu_pressure_level',
  'system_max_cpu_pressure_level',
];
const RSSI = ['min_rssi', 'avg_rssi', 'max_rssi', 'rssi_unit'];
const spread = (key: string): string[] => [`min_${key}`, `avg_${key}`, `max_${key}`];
const SUMMARY_NETWORK = [...spread('bitrate'), ...spread('latency'), ...spread('jitter'), ...spread('loss')];

const STREAMS = (media: string): string[] => [
  `${media}_input`,
  `${media}_output`,
  ...['crc', 'rwg'].flatMap((leg) => [`${media}_device_from_${leg}`, `${media}_device_to_${leg}`]),
];

type KeySets = Readonly<Record<string, readonly (readonly string[])[]>>;
const forAll = (types: readonly string[], sets: readonly (readonly string[])[]): KeySets =>
  Object.fromEntries(types.map((type) => [type, sets]));

/** The 24 live types, each with the sets of keys that its details may have. */
export const LIVE_DETAILS: KeySets = {
  ...forAll(STREAMS('audio'), [NETWORK, [...NETWORK, ...SCORE]]),
  ...forAll([...STREAMS('video'), ...STREAMS('as')], [[...NETWORK, ...PICTURE], NETWORK, PICTURE]),
  ...forAll(['audio_quality', 'video_quality', 'as_quality'], [SCORE]),
  cpu_usage: [CPU, PRESSURE],
  wifi_rssi: [RSSI],
  notification: [['network_notification']],
};

/** The 23 summary types; `notification` is live only. */
export const SUMMARY_DETAILS: KeySets = {
  ...forAll(STREAMS('audio'), [SUMMARY_NETWORK]),
  ...forAll(
    [...STREAMS('video'), ...STREAMS('as')],
    [[...SUMMARY_NETWORK, 'resolution', ...spread('frame_rate')]],
  ),
  ...forAll(['audio_quality', 'video_quality', 'as_quality'], [SCORE]),
  cpu_usage: [CPU, PRESSURE, [...CPU, ...PRESSURE]],
  wifi_rssi: [RSSI],
};

const ENCODINGS: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/bitrate$/, /^(\d+ kbps)?$/],
  [/(latency|jitter)$/, /^(\d+ ms)?$/],
  [/loss$/, /^(\d+\.\d%)?$/],
  [/frame_rate$/, /^(\d+ fps)?$/],
  [/^resolution$/, /^(\d+\*\d+)?$/],
  [/cpu_usage$/, /^(\d|[1-9]\d|100)%$/],
  [/pressure_level$/, /^(normal|fair|serious|critical)$/],
  [/^quality$/, /^(good|fair|poor|bad)$/],
  [/^quality_score$/, /^([1-4]\.\d\d|5\.00)$/],
  [/_rssi$/, /^-\d\d$/],
  [/^rssi_unit$/, /^dBm$/],
  [/^network_notification$/, /^(network bandwidth low|internet connection unstable)$/],
];

/** The form in which Zoom writes a meeting, webinar or session value. */
export function encodingOf(key: string): RegExp {
  const found = ENCODINGS.find(([name]) => name.test(key));
  if (found === undefined) throw new Error(`no encoding is known for ${key}`);
  return found[1];
}

/** All key paths of a value; array items share the path `name[]`; `details` of media samples are not entered. */
export function keyPaths(value: unknown, prefix = ''): Set<string> {
  const paths = new Set<string>();
  if (typeof value !== 'object' || value === null) return paths;
  for (const [key, inner] of Object.entries(value)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    paths.add(path);
    if (key === 'details' && !path.includes('call_qos')) continue;
    const inside = Array.isArray(inner)
      ? inner.map((item) => keyPaths(item, `${path}[]`))
      : [keyPaths(inner, path)];
    for (const set of inside) for (const found of set) paths.add(found);
  }
  return paths;
}
