import {
  endBridge,
  freezeBridge,
  jumpClock,
  killAfterAnswer,
  killAfterWrite,
  killBridge,
  killStartingBridge,
  missetClock,
  wrongToken,
} from './bridge-faults.js';
import { fillDisk } from './disk-faults.js';
import type { Fault } from './fault.js';
import { freezeInfluxdb, killInfluxdb, removeBucket, revokeToken } from './influxdb-faults.js';
import { cutAnswers, cutConnections, cutRequests, holdUp, slowDown } from './line-faults.js';

/** Every fault by its name. `front` is the line from Zoom to the bridge, `back` the one from the bridge to InfluxDB. */
export const FAULTS = {
  'kill-bridge': killBridge,
  'kill-starting-bridge': killStartingBridge,
  'kill-after-write': killAfterWrite,
  'kill-after-answer': killAfterAnswer,
  'end-bridge': endBridge,
  'freeze-bridge': freezeBridge,
  'wrong-token': wrongToken,
  'jump-clock': jumpClock,
  'misset-clock': missetClock,
  'kill-influxdb': killInfluxdb,
  'freeze-influxdb': freezeInfluxdb,
  'revoke-token': revokeToken,
  'remove-bucket': removeBucket,
  'cut-front': cutConnections('front'),
  'cut-requests-front': cutRequests('front'),
  'cut-answers-front': cutAnswers('front'),
  'slow-front': slowDown('front'),
  'hold-front': holdUp('front'),
  'cut-back': cutConnections('back'),
  'cut-requests-back': cutRequests('back'),
  'cut-answers-back': cutAnswers('back'),
  'slow-back': slowDown('back'),
  'hold-back': holdUp('back'),
  'fill-disk': fillDisk,
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(FAULTS, text);
}
