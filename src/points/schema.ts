/** Whether a field holds a number or text. Every number is stored as a float. */
export type FieldType = 'float' | 'string';

/** One field: its type and what it says. */
export type FieldDefinition = { readonly type: FieldType; readonly about: string };

/** One measurement: what one point of it stands for, its tags beyond identity and context, and its fields. */
export type MeasurementDefinition = {
  readonly pointPer: string;
  /** Whether the identity and context tags stand on its points. */
  readonly identified: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, FieldDefinition>>;
};

const number = (about: string) => ({ type: 'float', about }) as const;
const text = (about: string) => ({ type: 'string', about }) as const;

/** Tags that say whose reading it is. They stand on every `zoom_*` point, `unknown` where Zoom says nothing. */
export const IDENTITY_TAGS = {
  account_id: "the Zoom account's id",
  source: '`meeting`, `webinar`, `session` (Video SDK) or `phone`',
  meeting: 'uuid of the meeting or webinar, id of the session or call, as received',
  participant:
    "the join number, valid from joining to leaving; where it is missing the user's id, then the join's uuid. `caller` or `callee` in phone calls, `unknown` for a meeting as a whole",
} as const;

/** What the context tags hold, by name; `CONTEXT_TAGS` says which of them are written. */
export const CONTEXT_TAGS = {
  device:
    'kind of client, as Zoom names it: `Windows` (live events say `WIN`), `Mac`, `iOS`, `Android`, `H.323/SIP`, `Phone` …',
  network_type: '`Wired`, `Wifi`, `Cellular`, `PPP`, `Others` …',
  data_center: "Zoom's data center, such as `SC (Top)`",
  location:
    'city and country as Zoom finds them, such as `Sampletown (US)`; where Zoom tells none, what `CITY_DB_FILE` says of the public address',
  site: "the site in `SITES_FILE` that the participant's address belongs to, an inner address before the public one",
  client_version: "the client's version, such as `6.3.5.54827`",
  microphone: 'the microphone in use',
  speaker: 'the speaker in use',
  camera: 'the camera in use',
  connection_type: '`UDP`, `TCP`, `SSL`, `P2P`, with `+Proxy` where one is used',
  domain: "the computer's domain",
  isp: 'who runs the network of the public address, from `ASN_DB_FILE`; written where that is set',
} as const;

const MEDIA_TAG = '`audio`, `video` or `share`';

const QOS_FIELDS = {
  bitrate_kbps: number('bit rate, kbit/s'),
  latency_ms: number('latency, ms: the way there and back, with the time the far end needs'),
  jitter_ms: number('jitter, ms'),
  loss_avg_pct: number('packet loss, mean over the minute, percent'),
  loss_max_pct: number('packet loss, highest in the minute, percent'),
  frame_rate_fps: number('frames per second (video and share)'),
  width_px: number('width of the picture, pixels'),
  height_px: number('height of the picture, pixels'),
  poor: number(
    '1 where latency, jitter or mean loss is past its threshold, else 0; absent where none of them is known',
  ),
} as const;

const minAvgMax = <Name extends string, Unit extends string>(name: Name, unit: Unit, about: string) =>
  ({
    [`${name}_min_${unit}`]: number(`${about}, lowest`),
    [`${name}_avg_${unit}`]: number(`${about}, mean`),
    [`${name}_max_${unit}`]: number(`${about}, highest`),
  }) as Record<`${Name}_${'min' | 'avg' | 'max'}_${Unit}`, FieldDefinition>;

const QOS_SUMMARY_FIELDS = {
  ...minAvgMax('bitrate', 'kbps', 'bit rate, kbit/s'),
  ...minAvgMax('latency', 'ms', 'latency, ms'),
  ...minAvgMax('jitter', 'ms', 'jitter, ms'),
  ...minAvgMax('loss', 'pct', 'packet loss, percent'),
  ...minAvgMax('frame_rate', 'fps', 'frames per second'),
  width_px: QOS_FIELDS.width_px,
  height_px: QOS_FIELDS.height_px,
  poor: number('1 where mean latency, jitter or loss is past its threshold, else 0'),
} as const;

const CPU_FIELDS = {
  zoom_min_pct: number("Zoom's share of the CPU, lowest, percent"),
  zoom_avg_pct: number("Zoom's share of the CPU, mean, percent"),
  zoom_max_pct: number("Zoom's share of the CPU, highest, percent"),
  system_max_pct: number('CPU of the whole computer, highest, percent'),
  pressure_min: number('CPU pressure told by a browser, lowest: 0 normal, 1 fair, 2 serious, 3 critical'),
  pressure_avg: number('CPU pressure told by a browser, mean, as above'),
  pressure_max: number('CPU pressure told by a browser, highest, as above'),
} as const;

const SCORE_FIELDS = {
  score: number("Zoom's quality score, 1 to 5"),
  grade: number("Zoom's word for it, not derived from the score: 0 bad, 1 poor, 2 fair, 3 good"),
} as const;

const WIFI_FIELDS = {
  rssi_min_dbm: number('Wi-Fi signal, lowest, dBm'),
  rssi_avg_dbm: number('Wi-Fi signal, mean, dBm'),
  rssi_max_dbm: number('Wi-Fi signal, highest, dBm'),
} as const;

const QOS_TAGS = {
  stream: "Zoom's `type`, verbatim",
  media: MEDIA_TAG,
  direction: '`sent` or `received`, seen from the participant',
  leg: '`client`, `crc` (room through the Cloud Room Connector) or `rwg` (browser)',
} as const;

/** The one list of measurements, tags and fields. Documents, dashboards and tests are made from it. */
export const MEASUREMENTS = {
  zoom_qos: {
    pointPer: 'media sample, about one a minute',
    identified: true,
    tags: QOS_TAGS,
    fields: QOS_FIELDS,
  },
  zoom_cpu: { pointPer: '`cpu_usage` sample', identified: true, tags: {}, fields: CPU_FIELDS },
  zoom_score: {
    pointPer: '`*_quality` sample',
    identified: true,
    tags: { media: MEDIA_TAG },
    fields: SCORE_FIELDS,
  },
  zoom_wifi: { pointPer: '`wifi_rssi` sample', identified: true, tags: {}, fields: WIFI_FIELDS },
  zoom_notice: {
    pointPer: '`notification`',
    identified: true,
    tags: { notice: "Zoom's words, such as `network bandwidth low`" },
    fields: { count: number('1: summed up, the number of notices') },
  },
  zoom_qos_summary: {
    pointPer: 'media entry of a summary, when a participant leaves',
    identified: true,
    tags: QOS_TAGS,
    fields: QOS_SUMMARY_FIELDS,
  },
  zoom_cpu_summary: {
    pointPer: '`cpu_usage` entry of a summary',
    identified: true,
    tags: {},
    fields: CPU_FIELDS,
  },
  zoom_score_summary: {
    pointPer: '`*_quality` entry of a summary',
    identified: true,
    tags: { media: MEDIA_TAG },
    fields: SCORE_FIELDS,
  },
  zoom_wifi_summary: {
    pointPer: '`wifi_rssi` entry of a summary',
    identified: true,
    tags: {},
    fields: WIFI_FIELDS,
  },
  zoom_participant: {
    pointPer:
      'data event, join or leave, and whenever who a participant is is first told: everything known of them then',
    identified: true,
    tags: {},
    fields: {
      name: text('display name'),
      email: text('email address'),
      user_id: text("Zoom's user id"),
      user_key: text('your own key of a Video SDK user'),
      participant_uuid: text('uuid of this join'),
      number: text('meeting number'),
      topic: text('topic of the meeting, name of the session'),
      join_time: text('when they joined, as Zoom writes it'),
      leave_time: text('when they left, as Zoom writes it'),
      leave_reason: text('why they left'),
      phone_number: text('number of a dial-in participant'),
      registrant_id: text("registrant's id"),
      device_text: text('verbatim `device`'),
      device_detail: text('browser and version'),
      client: text('SDK client and version'),
      client_version_text: text('verbatim `version`'),
      network_type_text: text('verbatim `network_type`'),
      data_center_text: text('verbatim `data_center`'),
      location_text: text('verbatim `location`'),
      microphone_text: text('verbatim `microphone`'),
      speaker_text: text('verbatim `speaker`'),
      camera_text: text('verbatim `camera`'),
      connection_type_text: text('verbatim `connection_type`'),
      domain_text: text('verbatim `domain`'),
      pc_name: text("the computer's name"),
      mac_addr: text('hardware address'),
      harddisk_id: text("disk's id"),
      signaling_ip_address: text('public address'),
      signaling_internal_ip_address: text('inner address, signalling'),
      signaling_internal_ip_port: text('inner port, signalling'),
      audio_internal_ip_address: text('inner address, audio'),
      audio_internal_ip_port: text('inner port, audio'),
      video_internal_ip_address: text('inner address, video'),
      video_internal_ip_port: text('inner port, video'),
      as_internal_ip_address: text('inner address, screen sharing'),
      as_internal_ip_port: text('inner port, screen sharing'),
      destination_ip_domain: text("name of Zoom's server"),
      destination_ip_port: text("port of Zoom's server"),
    },
  },
  zoom_meeting: {
    pointPer: 'companion event, and whenever a meeting’s names are first seen',
    identified: true,
    tags: {},
    fields: {
      event: text('the event that told it'),
      number: text('meeting number'),
      topic: text('topic of the meeting, name of the session'),
      host: text("host's user id"),
      type: text("Zoom's type of meeting: 1 instant, 2 scheduled, 3 and 8 recurring, 4 personal room"),
      start_time: text('when it started, as Zoom writes it'),
      end_time: text('when it ended, as Zoom writes it'),
      timezone: text('time zone it was planned in'),
      session_key: text('your own key of a Video SDK session'),
      duration_min: number('planned length, minutes'),
      caller_name: text("caller's name"),
      caller_email: text("caller's email address"),
      caller_user_id: text("caller's user id"),
      caller_extension: text("caller's extension"),
      caller_phone_number: text("caller's number"),
      caller_device_type: text("caller's kind of device"),
      caller_device_name: text("caller's device"),
      caller_connection_type_text: text("caller's connection"),
      callee_name: text("callee's name"),
      callee_email: text("callee's email address"),
      callee_user_id: text("callee's user id"),
      callee_extension: text("callee's extension"),
      callee_phone_number: text("callee's number"),
      callee_device_type: text("callee's kind of device"),
      callee_device_name: text("callee's device"),
      callee_connection_type_text: text("callee's connection"),
      ringing_start_time: text('when the call rang'),
      connected_start_time: text('when the caller was connected'),
      answer_start_time: text('when the callee answered'),
      call_end_time: text('when the call ended'),
      call_result: text('how the call ended'),
    },
  },
  zoom_call: {
    pointPer: 'phone sample; the live event and the summary give the same point',
    identified: true,
    tags: {
      call: "the call's id",
      party: '`caller` or `callee`',
      direction: '`sent` or `received`, seen from that party',
    },
    fields: {
      bitrate_kbps: number('bit rate, kbit/s'),
      latency_ms: number('network delay, ms'),
      jitter_ms: number('jitter, ms'),
      loss_avg_pct: number('packet loss, mean, percent'),
      loss_max_pct: number('packet loss, highest, percent'),
      mos: number('mean opinion score, 1 to 5'),
      poor: number('1 where MOS is below, or latency, jitter or mean loss past its threshold, else 0'),
      user: text("the party's user id"),
      email: text("the party's email address"),
      network: text("the party's network: `LAN`, `WiFi`, `VPN` …"),
    },
  },
  qss_bridge: {
    pointPer: '15 seconds: how the bridge itself is',
    identified: false,
    tags: { instance: "the bridge's host name" },
    fields: {
      accepted: number('events accepted since the data folder was made'),
      written: number('events written to InfluxDB'),
      repeated: number('events recognised as repeated deliveries'),
      ignored: number('events that hold nothing to store'),
      quarantined: number('events in or dropped from quarantine'),
      waiting: number('events waiting to be written'),
      rejected: number('requests refused since the start'),
      lag_ms: number('age of the oldest waiting event, ms'),
      delay_ms: number('from event_ts to acceptance, mean since the last point, ms'),
      points: number('points written since the start'),
      validation_age_s: number('since Zoom last validated the URL, s; absent until it has'),
      lines_refused: number('lines that InfluxDB refused since the start'),
    },
  },
} as const satisfies Record<string, MeasurementDefinition>;

/** Name of a measurement. */
export type Measurement = keyof typeof MEASUREMENTS;

/** Name of a measurement whose points carry identity and context tags. */
export type IdentifiedMeasurement = Exclude<Measurement, 'qss_bridge'>;

/** Name of a field of a measurement. */
export type FieldOf<M extends Measurement> = keyof (typeof MEASUREMENTS)[M]['fields'] & string;

/** Name of a tag of a measurement beyond identity and context. */
export type ExtraTagOf<M extends Measurement> = keyof (typeof MEASUREMENTS)[M]['tags'] & string;
