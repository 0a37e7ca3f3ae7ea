import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Infer, nonempty, object, StructError, string } from 'superstruct';
import { errorCode } from '../error-text.js';
import { writePrivateFile } from '../private-file.js';

const PASSWORD_BYTES = 18;
const TOKEN_BYTES = 64;

const CredentialsSchema = object({
  username: nonempty(string()),
  password: nonempty(string()),
  org: nonempty(string()),
  token: nonempty(string()),
});

/** Who may do everything in the local InfluxDB; the password is for its web page. */
export type InfluxCredentials = Infer<typeof CredentialsSchema>;

/** The file with the credentials is there but can't be understood. */
export class CredentialsUnreadableError extends Error {
  readonly code = 'influx_credentials_unreadable';

  constructor(path: string, cause: unknown) {
    super(`${path} does not hold the local InfluxDB's credentials; restore it from a backup`, { cause });
    this.name = 'CredentialsUnreadableError';
  }
}

/** @returns new ones: the token as long as InfluxDB's own. */
export function makeCredentials(username: string, org: string): InfluxCredentials {
  return {
    username,
    password: randomBytes(PASSWORD_BYTES).toString('base64url'),
    org,
    token: `${randomBytes(TOKEN_BYTES).toString('base64url')}==`,
  };
}

/** @returns what the file holds; undefined where there is none. */
export async function readCredentials(path: string): Promise<InfluxCredentials | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw new CredentialsUnreadableError(path, error);
  }
  try {
    return CredentialsSchema.create(JSON.parse(text));
  } catch (error) {
    // The messages of both quote the content, which is secret.
    const cause = error instanceof StructError ? `no valid ${error.path.join('.')}` : 'not JSON';
    throw new CredentialsUnreadableError(path, new Error(cause));
  }
}

/** Keeps them, readable by this user alone, on disk when the promise resolves. */
export async function writeCredentials(path: string, credentials: InfluxCredentials): Promise<void> {
  await writePrivateFile(path, `${JSON.stringify(credentials, undefined, 2)}\n`);
}
