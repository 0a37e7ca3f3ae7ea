import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { type Authorization, AuthorizationsAPI, MeAPI } from '@influxdata/influxdb-client-apis';
import { array, type Infer, object, optional, string } from 'superstruct';
import { UNKNOWN_TOKEN } from './explain-influx-error.js';
import type { InfluxAdmin } from './influx-admin.js';

const AuthorizationSchema = object({
  id: string(),
  orgID: optional(string()),
  token: optional(string()),
  status: optional(string()),
  description: optional(string()),
  permissions: array(
    object({
      action: string(),
      resource: object({ type: string(), id: optional(string()), orgID: optional(string()) }),
    }),
  ),
});
const AuthorizationsSchema = object({ authorizations: array(AuthorizationSchema) });

/** A token as InfluxDB lists it. Its text is absent where the server keeps only a hash of it. */
export type ListedAuthorization = Infer<typeof AuthorizationSchema>;

/** What a token may do: one thing, in these buckets, and nothing else. */
export interface BucketRights {
  action: 'read' | 'write';
  bucketIds: readonly string[];
}

/**
 * @returns every authorization that the admin token may see, those of other organizations as well: its own can be
 * one of them, which shows whether the server tells the texts of tokens
 */
export async function listAuthorizations(admin: InfluxAdmin): Promise<ListedAuthorization[]> {
  const api = new AuthorizationsAPI(admin.client);
  const answer = await admin.ask('list the tokens', () => api.getAuthorizations(), AuthorizationsSchema);
  return answer.authorizations;
}

/** Makes a token; its text is told this once. */
export async function createAuthorization(
  admin: InfluxAdmin,
  description: string,
  rights: BucketRights,
): Promise<{ id: string; token: string }> {
  const body: Authorization = {
    orgID: admin.orgId,
    description,
    permissions: rights.bucketIds.map((id) => ({
      action: rights.action,
      resource: { type: 'buckets', id, orgID: admin.orgId },
    })),
  };
  const api = new AuthorizationsAPI(admin.client);
  return await admin.ask(
    `create the token "${description}"`,
    () => api.postAuthorizations({ body }),
    object({ id: string(), token: string() }),
  );
}

/** Removes an authorization: its token is refused from now on. */
export async function deleteAuthorization(admin: InfluxAdmin, authID: string): Promise<void> {
  const api = new AuthorizationsAPI(admin.client);
  await admin.attempt('remove an old token', () => api.deleteAuthorizationsID({ authID }));
}

/** @returns whether the authorization allows exactly that. */
export function hasExactly(authorization: ListedAuthorization, rights: BucketRights, orgId: string): boolean {
  const has = authorization.permissions.map(({ action, resource }) =>
    [action, resource.type, resource.id, resource.orgID].join(' '),
  );
  const wanted = rights.bucketIds.map((id) => [rights.action, 'buckets', id, orgId].join(' '));
  return has.length === wanted.length && wanted.every((right) => has.includes(right));
}

/** What a server thinks of a token: it does not know it, it allows little with it as with ours, or more. */
export type TokenStanding = 'unknown' | 'limited' | 'broad';

/**
 * Asks the server about a token, with a request that changes nothing and that tokens for buckets alone may not
 * make. To one that it knows it says so in other words than to one that it does not know.
 */
export async function probeToken(admin: InfluxAdmin, token: string): Promise<TokenStanding> {
  return await admin.attempt('check a token', async () => {
    try {
      await new MeAPI(new InfluxDB({ url: admin.url, token })).getMe();
      return 'broad';
    } catch (error) {
      if (error instanceof HttpError && error.code === 'unauthorized') {
        return error.body?.includes(UNKNOWN_TOKEN) ? 'unknown' : 'limited';
      }
      throw error;
    }
  });
}
