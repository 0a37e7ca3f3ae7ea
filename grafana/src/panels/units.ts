/** Grafana's names of units. The bit rate's has decimal steps: 1,500 kbit/s is shown as 1.5 Mb/s. */
export const UNITS = {
  percent: 'percent',
  ms: 'ms',
  kbps: 'Kbits',
  dbm: 'dBm',
  fps: 'suffix:fps',
  count: 'short',
  perSecond: 'suffix:/s',
  mos: 'none',
  minutes: 'm',
  seconds: 's',
  hours: 'h',
  pixels: 'suffix:px',
  text: 'string',
  time: 'dateTimeAsIso',
} as const;

export type Unit = keyof typeof UNITS;
