import { InfluxDB } from '@influxdata/influxdb-client';
import { OrgsAPI } from '@influxdata/influxdb-client-apis';
import { array, mask, object, type Struct, StructError, string } from 'superstruct';
import { explainInfluxError, notInfluxdb2 } from './explain-influx-error.js';
import { InfluxSetupError } from './influx-setup-error.js';
import { normalizeInfluxUrl } from './influx-url.js';
import { whereNotFound } from './where-not-found.js';

const OrgsSchema = object({ orgs: array(object({ id: string(), name: string() })) });

/** An InfluxDB 2 as its administrator sees it: one organization, and requests whose failures are explained. */
export interface InfluxAdmin {
  client: InfluxDB;
  url: string;
  orgId: string;
  /**
   * @param doing - what is tried, as in "create bucket zoom"
   * @throws {@link InfluxSetupError} that says what to do
   */
  attempt<Answer>(doing: string, request: () => Promise<Answer>): Promise<Answer>;
  /** As `attempt`, and the answer is checked: a proxy's page or an InfluxDB of another kind is told apart. */
  ask<Answer>(
    doing: string,
    request: () => Promise<unknown>,
    shape: Struct<Answer, unknown>,
  ): Promise<Answer>;
}

/** Where the organization is and with what right. */
export interface ConnectOptions {
  url: string;
  org: string;
  adminToken: string;
}

/**
 * Reaches an InfluxDB 2 and finds the organization.
 *
 * @throws {@link InfluxSetupError} where that fails, with what to do about it
 */
export async function connectAdmin(options: ConnectOptions): Promise<InfluxAdmin> {
  const url = normalizeInfluxUrl(options.url);
  const client = makeClient(url, options.adminToken);
  const attempt: InfluxAdmin['attempt'] = async (doing, request) => {
    try {
      return await request();
    } catch (error) {
      throw explainInfluxError(error, url, doing);
    }
  };
  const ask: InfluxAdmin['ask'] = async (doing, request, shape) => {
    const answer = await attempt(doing, request);
    try {
      return mask(answer, shape);
    } catch (error) {
      throw notInfluxdb2(
        url,
        typeof answer === 'string' ? 'it answers with a page' : describeShape(error),
        error,
      );
    }
  };
  const orgs = new OrgsAPI(client);
  const find = async (request: { org?: string }): Promise<{ id: string; name: string }[]> =>
    (
      await ask(
        'read the organizations',
        () => orgs.getOrgs(request).catch(whereNotFound({ orgs: [] })),
        OrgsSchema,
      )
    ).orgs;
  const found = (await find({ org: options.org })).find(({ name }) => name === options.org);
  if (found === undefined) {
    throw orgNotFound(
      url,
      options.org,
      (await find({})).map(({ name }) => name),
    );
  }
  return { client, url, orgId: found.id, attempt, ask };
}

function makeClient(url: string, token: string): InfluxDB {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new InfluxSetupError(
      'influx_url_invalid',
      `${url} is no address of an InfluxDB; INFLUX_URL is like http://influxdb.example.com:8086`,
    );
  }
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') {
    throw new InfluxSetupError(
      'influx_url_invalid',
      'INFLUX_URL holds a user or a password, which InfluxDB 2 does not take there; remove them, a token is used instead',
    );
  }
  return new InfluxDB({ url, token });
}

function orgNotFound(url: string, org: string, names: readonly string[]): InfluxSetupError {
  if (names.length === 0) {
    return new InfluxSetupError(
      'influx_forbidden',
      `the admin token may not see any organization of InfluxDB at ${url}; ` +
        `use an all-access or operator token of the organization "${org}"`,
    );
  }
  return new InfluxSetupError(
    'influx_org_not_found',
    `InfluxDB at ${url} has no organization "${org}" (there is ${names.map((name) => `"${name}"`).join(', ')}); ` +
      'set INFLUX_ORG to the right name',
  );
}

function describeShape(error: unknown): string {
  return error instanceof StructError
    ? `its answer has no ${error.path.join('.') || 'such form'}`
    : 'unknown answer';
}
