import type { Column } from './table.js';

/** The columns of media quality that rankings share, in the order in which they are read. */
export const QUALITY_COLUMNS: readonly Column[] = [
  { column: 'poor_pct', title: 'Poor', unit: 'percent', decimals: 1, scale: 'poorPct', width: 80 },
  { column: 'latency_ms', title: 'Latency', unit: 'ms', decimals: 0, scale: 'latencyMs', width: 85 },
  { column: 'jitter_ms', title: 'Jitter', unit: 'ms', decimals: 0, scale: 'jitterMs', width: 80 },
  { column: 'loss_pct', title: 'Loss', unit: 'percent', decimals: 2, scale: 'lossPct', width: 80 },
  { column: 'samples', title: 'Minutes', unit: 'count', decimals: 0, width: 85 },
];

/** Rankings show these means. */
export const QUALITY_MEANS = ['poor_pct', 'latency_ms', 'jitter_ms', 'loss_pct'] as const;
