import { resolve } from 'node:path';
import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { OrgsAPI, SetupAPI } from '@influxdata/influxdb-client-apis';
import { type InfluxCredentials, makeCredentials, readCredentials, writeCredentials } from './credentials.js';
import { influxdFolder } from './influxd-folder.js';

const USERNAME = 'qss-bridge';
const UNAUTHORIZED = 401;

/** What {@link onboardInfluxd} sets up. */
export interface OnboardOptions {
  url: string;
  /** The bridge's data folder, where the credentials are kept. */
  dataDir: string;
  org: string;
  /** InfluxDB insists on a first bucket; `provisionInflux` gives it its retention. */
  bucket: string;
}

/** The local InfluxDB has data but its credentials are gone. */
export class CredentialsLostError extends Error {
  readonly code = 'influx_credentials_lost';

  constructor(path: string, bolt: string, reason: string) {
    super(
      `the local InfluxDB is set up, but ${path} ${reason}. Restore that file from a backup; or stop the bridge, ` +
        `make a new operator token with \`influxd recovery auth create-operator --bolt-path ${bolt} ` +
        `--username ${USERNAME} --org YOUR_ORG\` and write {"username", "password", "org", "token"} to that file`,
    );
    this.name = 'CredentialsLostError';
  }
}

/**
 * Gives a new local InfluxDB its user, organization and operator token; of one that has them, reads them back
 * from the bridge's own copy. The copy is on disk before InfluxDB is asked, so that a crash in between loses
 * nothing: the next start asks again for the same.
 *
 * @throws {@link CredentialsLostError} where the copy is gone or InfluxDB does not know its token
 */
export async function onboardInfluxd(options: OnboardOptions): Promise<InfluxCredentials> {
  const files = influxdFolder(resolve(options.dataDir));
  const known = await readCredentials(files.credentials);
  const setup = new SetupAPI(new InfluxDB({ url: options.url }));
  const { allowed } = await setup.getSetup();
  if (allowed !== true) {
    if (known === undefined) {
      throw new CredentialsLostError(files.credentials, files.bolt, 'is missing');
    }
    await checkToken(
      options.url,
      known,
      () => new CredentialsLostError(files.credentials, files.bolt, 'holds a token that it does not know'),
    );
    return known;
  }
  const credentials = { ...(known ?? makeCredentials(USERNAME, options.org)), org: options.org };
  await writeCredentials(files.credentials, credentials);
  await setup.postSetup({ body: { ...credentials, bucket: options.bucket, retentionPeriodSeconds: 0 } });
  return credentials;
}

async function checkToken(url: string, { token }: InfluxCredentials, refused: () => Error): Promise<void> {
  try {
    await new OrgsAPI(new InfluxDB({ url, token })).getOrgs({ limit: 1 });
  } catch (error) {
    throw error instanceof HttpError && error.statusCode === UNAUTHORIZED ? refused() : error;
  }
}
