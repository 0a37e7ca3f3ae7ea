import { InfluxDB } from '@influxdata/influxdb-client';
import { AuthorizationsAPI, BucketsAPI } from '@influxdata/influxdb-client-apis';
import type { TestInflux } from '../test/helpers/influx.js';

/** A token that can be taken back and given again. */
export type Grant = { readonly id: string; readonly token: string };

/** Makes a token that may write every bucket, so that one that was removed and made anew is among them. */
export async function grantWriting(influx: TestInflux): Promise<Grant> {
  const orgID = influx.orgId;
  const { id, token } = await authorizations(influx).postAuthorizations({
    body: { orgID, permissions: [{ action: 'write', resource: { type: 'buckets', orgID } }] },
  });
  if (id === undefined || token === undefined || token === null) throw new Error('InfluxDB gave no token');
  return { id, token };
}

/** Makes InfluxDB refuse a token, or take it again. */
export async function setGrant(
  influx: TestInflux,
  { id }: Grant,
  status: 'active' | 'inactive',
): Promise<void> {
  await authorizations(influx).patchAuthorizationsID({ authID: id, body: { status } });
}

/** To whoever asks for it by its old name a renamed bucket is gone; what is in it stays. */
export async function renameBucket(influx: TestInflux, from: string, to: string): Promise<void> {
  await buckets(influx).patchBucketsID({ bucketID: await bucketId(influx, from), body: { name: to } });
}

/** Removes a bucket with everything in it. */
export async function deleteBucket(influx: TestInflux, name: string): Promise<void> {
  await buckets(influx).deleteBucketsID({ bucketID: await bucketId(influx, name) });
}

async function bucketId(influx: TestInflux, name: string): Promise<string> {
  const found = await buckets(influx).getBuckets({ name, org: influx.org });
  const id = found.buckets?.[0]?.id;
  if (id === undefined) throw new Error(`there is no bucket ${name}`);
  return id;
}

const client = ({ url, token }: TestInflux) => new InfluxDB({ url, token, timeout: 30_000 });
const authorizations = (influx: TestInflux) => new AuthorizationsAPI(client(influx));
const buckets = (influx: TestInflux) => new BucketsAPI(client(influx));
