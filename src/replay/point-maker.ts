import { readAddressFiles } from '../attribution/address-faults.js';
import { PointMaker } from '../points/make-points.js';
import { makeShield } from '../points/privacy.js';
import type { Settings } from '../settings/settings.js';

/**
 * Makes points as the bridge with these settings does. `key` is the one that hashes personal values.
 *
 * @throws {SettingsError} where a file that tells something of addresses can't be used
 */
export function pointMaker({ points }: Pick<Settings, 'points'>, key: Uint8Array): PointMaker {
  return new PointMaker({
    inputDirection: points.inputDirection,
    thresholds: points.thresholds,
    contextTags: points.contextTags,
    privacy: points.privacy,
    shield: makeShield(points.privacy, key),
    ...readAddressFiles(points),
  });
}
