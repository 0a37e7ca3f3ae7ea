import type { Call, Join, Meeting } from './calendar.js';
import type { Random } from './random.js';
import type { RollupSums, Sink } from './rollup-sums.js';
import {
  STREAMS,
  seriesText,
  type TagValues,
  tagsOfCall,
  tagsOfJoin,
  tagsOfMeeting,
  tagsOfNewcomer,
} from './series.js';

const MINUTE = 60_000;

/** Something that has points as time goes by. */
export type Source = {
  /** Lines of a minute, at a time in ms. */
  readonly minute: (at: number) => Iterable<string>;
  /** Lines when it ends. */
  readonly end: (at: number) => Iterable<string>;
};

const quoted = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts)
    .map(([name, text]) => `${name}="${text}"`)
    .join(',');

type Stream = { readonly prefix: string; readonly media: string; readonly sink: Sink };

/** What somebody in a meeting writes: a sample a minute of each of six streams, CPU, Wi-Fi and a score, then a summary. */
export function joined(
  join: Join,
  sums: RollupSums,
  random: Random,
): Source & { readonly begin: (at: number) => string[] } {
  const { person, meeting } = join;
  const tags = tagsOfJoin(join);
  const streams: Stream[] = STREAMS.map((extra) => ({
    media: extra.media,
    prefix: seriesText('zoom_qos', { ...tags, ...extra }),
    sink: sums.sink('zoom_qos', { ...tags, ...extra }),
  }));
  const plain = (measurement: string, more: TagValues = {}) => ({
    prefix: seriesText(measurement, { ...tags, ...more }),
    sink: sums.sink(measurement, tags),
  });
  const cpu = plain('zoom_cpu');
  const wifi = plain('zoom_wifi');
  const score = seriesText('zoom_score', { ...tags, media: 'audio' });
  const baseLatency = 30 + random.below(60);
  const baseCpu = 20 + random.below(50);
  return {
    begin: (at) => [
      `${seriesText('zoom_participant', tagsOfNewcomer(join))} ${quoted({
        email: person.email,
        join_time: new Date(at).toISOString(),
        name: person.name,
        number: meeting.number,
        topic: meeting.topic,
        user_id: person.userId,
      })} ${at - 20_000}`,
      `${seriesText('zoom_participant', tags)} ${quoted(detailsOf(join))} ${at}`,
    ],
    *minute(at) {
      // Trouble comes and goes: some minutes are bad for everything somebody sends and receives.
      const isBad = random.next() < 0.06 * person.trouble;
      for (const { prefix, media, sink } of streams)
        yield qosLine(prefix, media, sink, at, { isBad, baseLatency, random });
      const system = Math.min(100, Math.round(baseCpu + random.next() ** 3 * 70));
      const own = Math.round(system * 0.3);
      cpu.sink({ system_max_pct: system, zoom_avg_pct: own });
      yield `${cpu.prefix} system_max_pct=${system},zoom_avg_pct=${own},zoom_max_pct=${own + 4},zoom_min_pct=1 ${at}`;
      if (person.isOnWifi) {
        const signal = -(45 + random.below(36));
        wifi.sink({ rssi_avg_dbm: signal });
        yield `${wifi.prefix} rssi_avg_dbm=${signal},rssi_max_dbm=${signal + 5},rssi_min_dbm=${signal - 6} ${at}`;
      }
      yield `${score} grade=${isBad ? 1 : 3},score=${isBad ? 2.4 : 4.3} ${at}`;
      if (random.next() < 0.004)
        yield `${seriesText('zoom_notice', { ...tags, notice: 'network bandwidth low' })} count=1 ${at}`;
    },
    *end(at) {
      for (const extra of STREAMS)
        yield `${seriesText('zoom_qos_summary', { ...tags, ...extra })} bitrate_avg_kbps=400,bitrate_max_kbps=900,bitrate_min_kbps=0,jitter_avg_ms=9,jitter_max_ms=41,jitter_min_ms=0,latency_avg_ms=${baseLatency},latency_max_ms=190,latency_min_ms=20,loss_avg_pct=0.3,loss_max_pct=4,loss_min_pct=0,poor=0 ${at}`;
      yield `${seriesText('zoom_cpu_summary', tags)} system_max_pct=${baseCpu},zoom_avg_pct=9,zoom_max_pct=20,zoom_min_pct=1 ${at}`;
      yield `${seriesText('zoom_score_summary', { ...tags, media: 'audio' })} grade=3,score=4.1 ${at}`;
      if (person.isOnWifi)
        yield `${seriesText('zoom_wifi_summary', tags)} rssi_avg_dbm=-60,rssi_max_dbm=-50,rssi_min_dbm=-75 ${at}`;
      yield `${seriesText('zoom_participant', tags)} ${quoted({
        email: person.email,
        leave_reason: 'left the meeting.',
        leave_time: new Date(at).toISOString(),
        name: person.name,
        number: meeting.number,
        topic: meeting.topic,
      })} ${at + 1_000}`;
    },
  };
}

const detailsOf = ({ person, meeting }: Join) => ({
  camera_text: 'Lid camera',
  client_version_text: person.context['client_version'] ?? '',
  connection_type_text: 'UDP',
  data_center_text: person.context['data_center'] ?? '',
  destination_ip_domain: 'mmr07.example.com',
  device_text: person.context['device'] ?? '',
  email: person.email,
  location_text: person.context['location'] ?? '',
  microphone_text: person.microphone,
  name: person.name,
  network_type_text: person.context['network_type'] ?? '',
  number: meeting.number,
  pc_name: `PC-${person.userId}`,
  signaling_internal_ip_address: '198.51.100.20',
  signaling_ip_address: '203.0.113.7',
  speaker_text: person.microphone,
  topic: meeting.topic,
  user_id: person.userId,
});

type Quality = { readonly isBad: boolean; readonly baseLatency: number; readonly random: Random };

function qosLine(
  prefix: string,
  media: string,
  sink: Sink,
  at: number,
  { isBad, baseLatency, random }: Quality,
): string {
  const latency_ms = Math.round(baseLatency + random.next() * (isBad ? 180 : 30));
  const jitter_ms = Math.round(random.next() * (isBad ? 60 : 14));
  const loss_avg_pct = Math.round(random.next() * (isBad ? 50 : 6)) / 10;
  const loss_max_pct = Math.round(loss_avg_pct * 2 + random.below(4));
  const poor = latency_ms > 150 || jitter_ms > 40 || loss_avg_pct > 2 ? 1 : 0;
  const bitrate_kbps = Math.round(media === 'audio' ? 30 + random.next() * 50 : 200 + random.next() * 1_200);
  const frame_rate_fps = media === 'audio' ? undefined : 5 + random.below(26);
  sink({ latency_ms, jitter_ms, loss_avg_pct, loss_max_pct, poor, bitrate_kbps, frame_rate_fps });
  const picture =
    frame_rate_fps === undefined ? '' : `,frame_rate_fps=${frame_rate_fps},height_px=720,width_px=1280`;
  return `${prefix} bitrate_kbps=${bitrate_kbps},jitter_ms=${jitter_ms},latency_ms=${latency_ms},loss_avg_pct=${loss_avg_pct},loss_max_pct=${loss_max_pct},poor=${poor}${picture} ${at}`;
}

/** What companion events tell of a meeting. */
export function meetingLines(meeting: Meeting, event: 'ended' | 'started', at: number): string {
  const texts = quoted({
    event: `${meeting.source}.${event}`,
    host: 'ExampleHost0001',
    number: meeting.number,
    topic: meeting.topic,
    type: '2',
    timezone: 'Etc/UTC',
  });
  return `${seriesText('zoom_meeting', tagsOfMeeting(meeting))} duration_min=45,${texts} ${at}`;
}

const SAMPLES_A_MINUTE = 6;

/** What a phone call writes: both parties, both directions, a sample each ten seconds. */
export function called(call: Call, sums: RollupSums, random: Random): Source {
  const tags = tagsOfCall(call);
  const parties = (['caller', 'callee'] as const).flatMap((party) =>
    ['sent', 'received'].map((direction) => {
      const own = { ...tags, participant: party, call: call.id, party, direction };
      return {
        email: call[party].email,
        prefix: seriesText('zoom_call', own),
        sink: sums.sink('zoom_call', own),
      };
    }),
  );
  return {
    *minute(at) {
      for (let sample = 0; sample < SAMPLES_A_MINUTE; sample += 1)
        for (const { prefix, sink, email } of parties) {
          const mos = Math.round(45 - random.next() ** 8 * 25) / 10;
          const latency_ms = 20 + random.below(90);
          const jitter_ms = random.below(20);
          const loss_avg_pct = random.below(10) / 10;
          const poor = mos < 3.5 ? 1 : 0;
          sink({ mos, latency_ms, jitter_ms, loss_avg_pct, loss_max_pct: loss_avg_pct, poor });
          yield `${prefix} bitrate_kbps=70,email="${email}",jitter_ms=${jitter_ms},latency_ms=${latency_ms},loss_avg_pct=${loss_avg_pct},loss_max_pct=${loss_avg_pct},mos=${mos},network="LAN",poor=${poor} ${at + (sample * MINUTE) / SAMPLES_A_MINUTE}`;
        }
    },
    end: (at) => [
      `${seriesText('zoom_meeting', tags)} ${quoted({
        event: 'phone.callee_ended',
        caller_name: call.caller.name,
        caller_email: call.caller.email,
        callee_name: call.callee.name,
        callee_email: call.callee.email,
      })} ${at}`,
    ],
  };
}
