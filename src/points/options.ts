import type { Privacy, Thresholds } from '../settings/settings.js';
import type { Shield } from './privacy.js';
import type { SiteFinder } from './sites.js';

/** What decides, beside the events themselves, how points come out. */
export type PointOptions = {
  readonly inputDirection: 'sent' | 'received';
  readonly thresholds: Thresholds;
  readonly contextTags: readonly string[];
  readonly privacy: Privacy;
  readonly shield: Shield;
  readonly findSite: SiteFinder;
};
