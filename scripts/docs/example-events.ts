/** Made-up events, in the order in which they happen: together they give at least one point of every measurement but the bridge's own. */
export const EXAMPLE_EVENTS: readonly { readonly at: number; readonly event: object }[] = [
  event('2026-02-03T09:00:00Z', 'meeting.participant_joined', {
    id: '85746065',
    uuid: '4444AAAiAAAAAiAiAiiAii==',
    host_id: 'host-0001',
    topic: 'Weekly sync',
    type: 2,
    start_time: '2026-02-03T09:00:00Z',
    timezone: 'Europe/Berlin',
    duration: 30,
    participant: {
      user_id: '16778240',
      user_name: 'Ada Example',
      id: 'user-0001',
      participant_uuid: '55555AAA-0000-4000-8000-000000000001',
      join_time: '2026-02-03T09:00:00Z',
      email: 'ada@example.com',
      participant_user_id: 'user-0001',
    },
  }),
  event('2026-02-03T09:00:02Z', 'meeting.participant_data', {
    uuid: '4444AAAiAAAAAiAiAiiAii==',
    participant: {
      participant_id: '16778240',
      participant_user_id: 'user-0001',
      email: 'ada@example.com',
      data: [
        {
          device: 'WIN',
          location: 'Sampletown (US)',
          network_type: 'Wifi',
          microphone: 'Headset (Example USB)',
          speaker: 'Headset (Example USB)',
          camera: '',
          data_center: 'SC (Top)',
          connection_type: 'UDP',
          version: '6.3.5.54827',
          signaling_ip_address: '203.0.113.7',
          audio_internal_ip_address: '192.0.2.17',
          audio_internal_ip_port: '50000',
        },
      ],
    },
  }),
  event('2026-02-03T09:02:08Z', 'meeting.participant_qos', {
    uuid: '4444AAAiAAAAAiAiAiiAii==',
    participant: {
      user_id: '16778240',
      participant_user_id: 'user-0001',
      email: 'ada@example.com',
      qos: [
        sample('audio_input', {
          bitrate: '56.3 kbps',
          latency: '42 ms',
          jitter: '7 ms',
          avg_loss: '2.4 %',
          max_loss: '6 %',
        }),
        sample('video_output', {
          bitrate: '920 kbps',
          latency: '44 ms',
          jitter: '9 ms',
          avg_loss: '0.1 %',
          max_loss: '0.4 %',
          resolution: '1280*720',
          frame_rate: '25 fps',
        }),
        sample('audio_quality', { quality: 'good', quality_score: '4.3' }),
        sample('wifi_rssi', { min_rssi: '-62', avg_rssi: '-58', max_rssi: '-55', rssi_unit: 'dbm' }),
        sample('cpu_usage', {
          zoom_min_cpu_usage: '5%',
          zoom_avg_cpu_usage: '9%',
          zoom_max_cpu_usage: '17%',
          system_max_cpu_usage: '41%',
        }),
        sample('notification', { network_notification: 'network bandwidth low' }),
      ],
    },
  }),
  event('2026-02-03T09:30:03Z', 'meeting.participant_qos_summary', {
    uuid: '4444AAAiAAAAAiAiAiiAii==',
    id: '85746065',
    participant: {
      participant_id: '16778240',
      user_name: 'Ada Example',
      id: 'user-0001',
      email: 'ada@example.com',
      qos: [
        {
          type: 'audio_input',
          details: {
            min_bitrate: '27 kbps',
            avg_bitrate: '54 kbps',
            max_bitrate: '64 kbps',
            min_latency: '38 ms',
            avg_latency: '43 ms',
            max_latency: '71 ms',
            min_jitter: '4 ms',
            avg_jitter: '8 ms',
            max_jitter: '22 ms',
            min_loss: '0 %',
            avg_loss: '0.4 %',
            max_loss: '6 %',
          },
        },
        { type: 'audio_quality', details: { quality: 'good', quality_score: '4.2' } },
        { type: 'wifi_rssi', details: { min_rssi: '-66', avg_rssi: '-58', max_rssi: '-54' } },
        {
          type: 'cpu_usage',
          details: {
            zoom_min_cpu_usage: '4%',
            zoom_avg_cpu_usage: '10%',
            zoom_max_cpu_usage: '23%',
            system_max_cpu_usage: '55%',
          },
        },
      ],
    },
  }),
  event('2026-02-03T09:40:21Z', 'phone.call_qos', {
    call_id: '7148992182705021943',
    call_start_time: '2026-02-03T09:40:00Z',
    call_qos: {
      type: 'caller',
      id: 'user-0001',
      user_email: 'ada@example.com',
      qos: {
        date_time: '2026-02-03T09:40:20Z',
        type: 'receiving',
        details: {
          bitrate: '640.0',
          avg_loss: '0.2',
          max_loss: '1.1',
          jitter: '6',
          network_delay: '31',
          mos: '4.3',
          network: 'LAN',
        },
      },
    },
  }),
];

function event(time: string, name: string, object: object): { readonly at: number; readonly event: object } {
  const at = Date.parse(time);
  return { at, event: { event: name, event_ts: at, payload: { account_id: 'account-0001', object } } };
}

function sample(type: string, details: object): object {
  return { date_time: '2026-02-03T09:02:00Z', type, details };
}
