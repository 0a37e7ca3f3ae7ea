/** One record of a live `qos` array; every value is a string, `""` where nothing was sent. */
export interface QosSample {
  readonly date_time: string;
  readonly type: string;
  readonly details: Readonly<Record<string, string>>;
}

/** One record of a summary's `qos` array: no time of its own, signal strength as integers. */
export interface QosSummary {
  readonly type: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/** One item of a `data` array; ports are strings too. */
export interface DataItem {
  readonly device: string;
  readonly location: string;
  readonly network_type: string;
  readonly microphone: string;
  readonly speaker: string;
  readonly camera: string;
  readonly data_center: string;
  readonly connection_type: string;
  readonly pc_name: string;
  readonly domain: string;
  readonly mac_addr: string;
  readonly harddisk_id: string;
  readonly version: string;
  readonly signaling_ip_address: string;
  readonly signaling_internal_ip_address: string;
  readonly signaling_internal_ip_port: string;
  readonly audio_internal_ip_address: string;
  readonly audio_internal_ip_port: string;
  readonly video_internal_ip_address: string;
  readonly video_internal_ip_port: string;
  readonly as_internal_ip_address: string;
  readonly as_internal_ip_port: string;
  readonly destination_ip_domain: string;
  readonly destination_ip_port: string;
  readonly device_detail?: string;
  readonly client?: string;
}

/** One phone sample; all values bare, without units. */
export interface PhoneSample {
  readonly date_time: string;
  readonly type: 'sending' | 'receiving';
  readonly details: Readonly<Record<string, string>>;
}
