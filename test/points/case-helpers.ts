import type { JsonRecord } from '../../src/zoom/json.js';
import { isRecord } from '../../src/zoom/json.js';
import type { TestInflux } from '../helpers/influx.js';

/** The day of the base event's sample. */
export const DAY_START = Date.UTC(2025, 9, 9);
export const DAY_END = Date.UTC(2025, 9, 10);

/** The same InfluxDB with a new bucket, so that cases do not see each other's points. */
export async function ownBucket(influx: TestInflux, name: string): Promise<TestInflux> {
  await influx.createBucket(name);
  return { ...influx, bucket: name, writeToken: influx.token };
}

/** The same event with the meeting's number beside its uuid. */
export function withNumber(event: JsonRecord, number: unknown = '85100000001'): JsonRecord {
  const payload = isRecord(event['payload']) ? event['payload'] : {};
  const object = isRecord(payload['object']) ? payload['object'] : {};
  return { ...event, payload: { ...payload, object: { ...object, id: number } } };
}
