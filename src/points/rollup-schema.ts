import type { FieldDefinition, Measurement } from './schema.js';

/** How long the windows of rollups are. */
export const RESOLUTIONS = ['5m', '1h', '1d'] as const;

export type Resolution = (typeof RESOLUTIONS)[number];

/** One family of rollups: which raw points it sums up, by which tags, and into which fields. */
export type RollupDefinition = {
  /** The raw measurement that it is made from. */
  readonly from: Measurement;
  readonly about: string;
  readonly resolutions: readonly Resolution[];
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, FieldDefinition>>;
};

const number = (about: string) => ({ type: 'float', about }) as const;
const text = (about: string) => ({ type: 'string', about }) as const;

const COUNTS = {
  samples: number('samples that were judged; each stands for one minute of one stream'),
  poor: number('of these, samples that are poor: their share is `poor / samples`'),
} as const;

const PARTICIPANTS = {
  participants: number('participants with samples in the window: each counts once per meeting'),
} as const;

/** Sums and counts, beside the means, so that a mean over many windows or tags is a mean over the samples. */
const NETWORK_MEANS = {
  latency_mean_ms: number('latency, mean, ms'),
  latency_sum_ms: number('latency, sum over the samples that have one, ms'),
  latency_samples: number('samples that have a latency'),
  jitter_mean_ms: number('jitter, mean, ms'),
  jitter_sum_ms: number('jitter, sum over the samples that have one, ms'),
  jitter_samples: number('samples that have a jitter'),
  loss_mean_pct: number('packet loss, mean, percent'),
  loss_sum_pct: number('packet loss, sum over the samples that have one, percent'),
  loss_samples: number('samples that have a packet loss'),
  loss_max_pct: number('packet loss, highest, percent'),
} as const;

const MOS = {
  mos_mean: number('MOS, mean'),
  mos_sum: number('MOS, sum over the samples that have one'),
  mos_samples: number('samples that have a MOS'),
  mos_min: number('MOS, lowest'),
} as const;

const QOS_FIELDS = {
  ...COUNTS,
  ...PARTICIPANTS,
  ...NETWORK_MEANS,
  latency_p95_ms: number('latency, 95th percentile of the samples, ms'),
  latency_max_ms: number('latency, highest, ms'),
  jitter_p95_ms: number('jitter, 95th percentile of the samples, ms'),
  jitter_max_ms: number('jitter, highest, ms'),
  loss_p95_pct: number('mean packet loss, 95th percentile of the samples, percent'),
  bitrate_mean_kbps: number('bit rate of one stream, mean, kbit/s'),
  bandwidth_kbps: number('bit rate of all streams together, mean over the window, kbit/s'),
  frame_rate_mean_fps: number('frames per second, mean (video and share)'),
  frame_rate_sum_fps: number('frames per second, sum over the samples that have one'),
  frame_rate_samples: number('samples that have a frame rate'),
} as const;

/** At or above this, the CPU of a computer is called busy (percent; the highest of a minute). */
export const BUSY_CPU_PCT = 85;

/** Below this, a Wi-Fi signal is called weak (dBm; mean of a minute). */
export const WEAK_WIFI_DBM = -75;

const ALL = ['5m', '1h', '1d'] as const;
const SHORT = ['5m', '1h'] as const;

/**
 * The one list of rollups, in the bucket `INFLUX_ROLLUP_BUCKET`. A family's measurements are its name with the resolution
 * behind it: `zoom_place_5m`, `zoom_place_1h`, `zoom_place_1d`. Days are those of UTC. None holds a person; the two lists hold
 * the ids of meetings and calls as a text, not as a tag, so they cost no series.
 */
export const ROLLUPS = {
  zoom_place: {
    from: 'zoom_qos',
    about: 'media quality by place and network',
    resolutions: ALL,
    tags: ['account_id', 'source', 'site', 'location', 'network_type', 'data_center', 'media', 'direction'],
    fields: QOS_FIELDS,
  },
  zoom_client: {
    from: 'zoom_qos',
    about: 'media quality by device and client version',
    resolutions: SHORT,
    tags: ['account_id', 'source', 'device', 'client_version', 'media', 'direction'],
    fields: QOS_FIELDS,
  },
  zoom_isp: {
    from: 'zoom_qos',
    about: 'media quality by internet provider, where `isp` is written',
    resolutions: SHORT,
    tags: ['account_id', 'source', 'isp', 'media', 'direction'],
    fields: QOS_FIELDS,
  },
  zoom_cpu: {
    from: 'zoom_cpu',
    about: 'CPU by site, device and client version',
    resolutions: SHORT,
    tags: ['account_id', 'source', 'site', 'device', 'client_version'],
    fields: {
      samples: number('samples that tell the CPU of the whole computer'),
      busy: number(`of these, samples of ${BUSY_CPU_PCT} % and more`),
      ...PARTICIPANTS,
      system_mean_pct: number('CPU of the whole computer (highest of each minute), mean, percent'),
      system_p95_pct: number('the same, 95th percentile, percent'),
      zoom_mean_pct: number("Zoom's mean share of the CPU, mean, percent"),
      zoom_p95_pct: number('the same, 95th percentile, percent'),
    },
  },
  zoom_wifi: {
    from: 'zoom_wifi',
    about: 'Wi-Fi signal by site',
    resolutions: SHORT,
    tags: ['account_id', 'source', 'site', 'location'],
    fields: {
      samples: number('samples that tell the mean signal of a minute'),
      weak: number(`of these, samples below ${WEAK_WIFI_DBM} dBm`),
      ...PARTICIPANTS,
      rssi_mean_dbm: number('signal (mean of each minute), mean, dBm'),
      rssi_p5_dbm: number('the same, 5th percentile: 95 % are better, dBm'),
    },
  },
  zoom_call: {
    from: 'zoom_call',
    about: 'phone quality',
    resolutions: ALL,
    tags: ['account_id', 'party', 'direction'],
    fields: {
      ...COUNTS,
      calls: number('calls with samples in the window'),
      ...MOS,
      mos_p5: number('MOS, 5th percentile: 95 % are better'),
      ...NETWORK_MEANS,
    },
  },
  zoom_meetings: {
    from: 'zoom_qos',
    about: 'one point per meeting and hour',
    resolutions: ['1h'],
    tags: ['account_id', 'source'],
    fields: {
      meeting_text: text("the meeting's uuid or the session's id; what `meeting` is in the raw bucket"),
      ...COUNTS,
      ...PARTICIPANTS,
      ...NETWORK_MEANS,
    },
  },
  zoom_calls: {
    from: 'zoom_call',
    about: 'one point per phone call and hour',
    resolutions: ['1h'],
    tags: ['account_id'],
    fields: {
      call_text: text("the call's id; what `call` is in the raw bucket"),
      ...COUNTS,
      ...MOS,
      ...NETWORK_MEANS,
    },
  },
} as const satisfies Record<string, RollupDefinition>;

/** Name of a family of rollups. */
export type Rollup = keyof typeof ROLLUPS;

/** Name of a field of a family. */
export type RollupFieldOf<R extends Rollup> = keyof (typeof ROLLUPS)[R]['fields'] & string;

/** Name of a tag of a family. */
export type RollupTagOf<R extends Rollup> = (typeof ROLLUPS)[R]['tags'][number];
