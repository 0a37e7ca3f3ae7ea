import type { RawPoint } from './reference.js';

/** A stream of numbers that is the same each time. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** Ids as Zoom makes them, and worse. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is Flux's, too
export const ODD_IDS = ['/aB//c+D==', 'q"u\'o,te s=1', 'Grüße-会议-🎥', '${x}\\y', 'plain', 'n\\\\ewline'];

export type AccountOptions = {
  readonly from: number;
  readonly minutes: number;
  readonly people: number;
  readonly seed?: number;
  /** Tags that are not written. */
  readonly without?: readonly string[];
};

/** Raw points of some people in some meetings and calls: not every field is on every point. */
export function accountPoints({ from, minutes, people, seed = 1, without = [] }: AccountOptions): RawPoint[] {
  const random = makeRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const round = (value: number) => Math.round(value * 100) / 100;
  const points: RawPoint[] = [];
  const put = (
    measurement: string,
    tags: Record<string, string>,
    fields: RawPoint['fields'],
    time: number,
  ) => {
    const kept = Object.entries(tags).filter(([name]) => !without.includes(name));
    if (Object.keys(fields).length > 0)
      points.push({ measurement, tags: Object.fromEntries(kept), fields, time });
  };
  const everybody = Array.from({ length: people }, (_, index) => ({
    account_id: 'account-1',
    source: index % 7 === 0 ? 'webinar' : 'meeting',
    meeting: ODD_IDS[index % ODD_IDS.length] ?? '',
    participant: String(16_778_240 + (index % 9) * 1024),
    site: pick(['Berlin, Mitte', 'Lyon', 'unknown']),
    location: pick(['Berlin (DE)', 'Lyon (FR)']),
    network_type: pick(['Wired', 'Wifi']),
    data_center: pick(['SC (Top)', 'FR']),
    device: pick(['WIN', 'Mac']),
    client_version: pick(['6.3.5', '6.4.0']),
    isp: pick(['One', 'Two']),
  }));
  for (let minute = 0; minute < minutes; minute += 1) {
    const time = from + minute * 60_000;
    for (const who of everybody) {
      // People come and go.
      if (random() < 0.2) continue;
      for (const [media, direction] of [
        ['audio', 'sent'],
        ['audio', 'received'],
        ['video', 'received'],
      ] as const) {
        const judged = random() < 0.9;
        put(
          'zoom_qos',
          { ...who, media, direction, stream: `${media}_${direction}`, leg: 'client' },
          {
            bitrate_kbps: round(random() * 1000),
            ...(judged
              ? {
                  latency_ms: round(random() * 300),
                  jitter_ms: round(random() * 60),
                  loss_avg_pct: round(random() * 4),
                  loss_max_pct: round(random() * 9),
                  poor: random() < 0.2 ? 1 : 0,
                }
              : {}),
            ...(media === 'video' ? { frame_rate_fps: round(random() * 30), width_px: 1280 } : {}),
          },
          time,
        );
      }
      put(
        'zoom_cpu',
        who,
        {
          zoom_avg_pct: round(random() * 30),
          ...(random() < 0.9 ? { system_max_pct: random() < 0.1 ? 85 : round(random() * 84) } : {}),
        },
        time,
      );
      if (who.network_type === 'Wifi')
        put('zoom_wifi', who, { rssi_avg_dbm: random() < 0.1 ? -75 : round(-95 + random() * 60) }, time);
    }
    for (const [index, id] of ODD_IDS.entries()) {
      if (random() < 0.3) continue;
      for (const party of ['caller', 'callee'])
        put(
          'zoom_call',
          {
            account_id: 'account-1',
            source: 'phone',
            meeting: id,
            participant: party,
            call: id,
            party,
            direction: index % 2 === 0 ? 'sent' : 'received',
          },
          {
            mos: round(1 + random() * 4),
            latency_ms: round(random() * 300),
            jitter_ms: round(random() * 60),
            loss_avg_pct: round(random() * 4),
            loss_max_pct: round(random() * 9),
            ...(random() < 0.9 ? { poor: random() < 0.2 ? 1 : 0 } : {}),
          },
          time + 7,
        );
    }
  }
  return points;
}
