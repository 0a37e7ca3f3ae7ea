import { readFileSync } from 'node:fs';
import { PointMaker } from '../points/make-points.js';
import { makeShield } from '../points/privacy.js';
import { readSites } from '../points/sites.js';
import type { Settings } from '../settings/settings.js';

/** Makes points as the bridge with these settings does. `key` is the one that hashes personal values. */
export function pointMaker({ points }: Pick<Settings, 'points'>, key: Uint8Array): PointMaker {
  return new PointMaker({
    inputDirection: points.inputDirection,
    thresholds: points.thresholds,
    contextTags: points.contextTags,
    privacy: points.privacy,
    shield: makeShield(points.privacy, key),
    findSite:
      points.sitesFile === undefined ? () => undefined : readSites(readFileSync(points.sitesFile, 'utf8')),
  });
}
