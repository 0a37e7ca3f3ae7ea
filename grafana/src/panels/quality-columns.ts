import type { Column } from './table.js';

/** How each measure is shown, wherever it stands: heading of its column, unit, decimals and colours. */
export const MEASURES = {
  poor_pct: { title: 'Poor', unit: 'percent', decimals: 1, scale: 'poorPct' },
  busy_pct: { title: 'Busy', unit: 'percent', decimals: 1, scale: 'busyPct' },
  weak_pct: { title: 'Weak', unit: 'percent', decimals: 1, scale: 'weakPct' },
  latency_ms: { title: 'Latency', unit: 'ms', decimals: 0, scale: 'latencyMs' },
  jitter_ms: { title: 'Jitter', unit: 'ms', decimals: 0, scale: 'jitterMs' },
  loss_pct: { title: 'Loss', unit: 'percent', decimals: 2, scale: 'lossPct' },
  frame_rate_fps: { title: 'Frames', unit: 'fps', decimals: 1, scale: 'frameRate' },
  samples: { title: 'Minutes', unit: 'count', decimals: 0 },
  participants: { title: 'People', unit: 'count', decimals: 0 },
} as const satisfies Record<string, Omit<Column, 'column'>>;

/** The column of a measure. @param width in pixels */
export function measured(column: keyof typeof MEASURES, width: number): Column {
  return { column, ...MEASURES[column], width };
}

const { title: _heading, ...poor } = MEASURES.poor_pct;

/** How a panel of the share of poor minutes shows it. */
export const SHARE_OF_POOR = poor;

/** The columns of media quality that rankings share, in the order in which they are read. */
export const QUALITY_COLUMNS: readonly Column[] = [
  measured('poor_pct', 80),
  measured('latency_ms', 85),
  measured('jitter_ms', 80),
  measured('loss_pct', 80),
  measured('samples', 85),
];

/** Rankings show these means. */
export const QUALITY_MEANS = ['poor_pct', 'latency_ms', 'jitter_ms', 'loss_pct'] as const;
