import type { Privacy, Thresholds } from '../settings/settings.js';
import type { AddressFinders } from './attribution.js';
import type { Shield } from './privacy.js';

/** What decides, beside the events themselves, how points come out. */
export type PointOptions = AddressFinders & {
  readonly inputDirection: 'sent' | 'received';
  readonly thresholds: Thresholds;
  readonly contextTags: readonly string[];
  readonly privacy: Privacy;
  readonly shield: Shield;
};
