import {
  type BucketRights,
  createAuthorization,
  deleteAuthorization,
  hasExactly,
  type ListedAuthorization,
  listAuthorizations,
  probeToken,
} from './authorizations.js';
import type { InfluxAdmin } from './influx-admin.js';
import { correctTokenFileMode, type KeptToken, readTokenFile, writeTokenFile } from './token-file.js';

/** A token as it shall be, and where it is kept. */
export interface WantedToken {
  description: string;
  rights: BucketRights;
  path: string;
  fileMode: number;
  /** Tells whether the server lists the texts of tokens: then it lists this one. */
  adminToken: string;
}

/**
 * Keeps a token that is valid and has exactly these rights; else makes one, keeps it, and only then removes the
 * ones that it replaces: those of the same description that were for the same buckets.
 *
 * @returns its text, and what was changed, in words
 */
export async function provisionToken(
  admin: InfluxAdmin,
  wanted: WantedToken,
): Promise<{ token: string; changes: string[] }> {
  const { description, rights, path, fileMode } = wanted;
  const kept = await readTokenFile(path);
  const listed = await listAuthorizations(admin);
  const fault = await findFault(admin, wanted, kept, listed);
  if (kept !== undefined && fault === undefined) {
    const corrected = await correctTokenFileMode(path, fileMode);
    return {
      token: kept.token,
      changes: corrected ? [`permissions of ${path} are now ${fileMode.toString(8)}`] : [],
    };
  }
  const old = listed.filter(
    (authorization) => isOurs(authorization, admin, description) && isReplaced(authorization, rights, kept),
  );
  const created = await createAuthorization(admin, description, rights);
  await writeTokenFile(path, created.token, created.id, fileMode);
  for (const { id } of old) {
    await deleteAuthorization(admin, id);
  }
  const removed =
    old.length === 0 ? '' : `; removed ${old.length === 1 ? 'the old one' : `${old.length} old ones`}`;
  return {
    token: created.token,
    changes: [`created token "${description}" in ${path}, since ${fault ?? 'there was none'}${removed}`],
  };
}

/** @returns why the token that is kept can't stay; undefined where it can. */
async function findFault(
  admin: InfluxAdmin,
  { description, rights, path, adminToken }: WantedToken,
  kept: KeptToken | undefined,
  listed: readonly ListedAuthorization[],
): Promise<string | undefined> {
  if (kept === undefined) {
    return listed.some((authorization) => isOurs(authorization, admin, description))
      ? `${path} is missing`
      : 'there was none';
  }
  const tellsTexts = listed.some(({ token }) => token === adminToken);
  const authorization = tellsTexts
    ? listed.find(({ token }) => token === kept.token)
    : listed.find(({ id }) => id === kept.authorizationId);
  const standing = tellsTexts ? 'limited' : await probeToken(admin, kept.token);
  if (authorization === undefined || standing === 'unknown') {
    return 'InfluxDB does not know the one in the file';
  }
  if (authorization.status === 'inactive') {
    return 'the one in the file is inactive';
  }
  return standing === 'limited' && hasExactly(authorization, rights, admin.orgId)
    ? undefined
    : 'the one in the file had other rights';
}

function isOurs(authorization: ListedAuthorization, admin: InfluxAdmin, description: string): boolean {
  return authorization.orgID === admin.orgId && authorization.description === description;
}

/** The same description for other buckets is another bridge's; one for a bucket that is gone was ours if we kept it. */
function isReplaced(
  authorization: ListedAuthorization,
  rights: BucketRights,
  kept: KeptToken | undefined,
): boolean {
  return (
    authorization.id === kept?.authorizationId ||
    authorization.permissions.some(
      ({ resource }) => resource.id !== undefined && rights.bucketIds.includes(resource.id),
    )
  );
}
