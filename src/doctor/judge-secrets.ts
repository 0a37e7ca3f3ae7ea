import { readFileSync } from 'node:fs';
import type { RawEnvironment } from '../settings/read-environment.js';
import { SECRET_NAMES } from '../settings/schema.js';
import type { Settings } from '../settings/settings.js';
import { trimValue } from '../settings/trim-value.js';
import { type Finding, fault, warning } from './finding.js';

const COPY_AGAIN =
  "copy the Secret Token once more: in Zoom's Marketplace, your app, page Access (older apps: Feature), beside the event subscription";

/** A secret of an app is longer than that. */
const SHORTEST_SECRET = 16;

const PLACEHOLDER =
  /your|secret[-_ ]?token|^(the|my)[-_ ]|change[-_ ]?me|example|placeholder|^x+$|^<.*>$|^\$\{?[A-Z_]+\}?$/i;

/** Names under which people keep Zoom's other credentials in the same environment. */
const OTHER_CREDENTIALS: Record<string, string> = {
  ZOOM_CLIENT_ID: 'client id',
  ZOOM_CLIENT_SECRET: 'client secret',
  ZOOM_ACCOUNT_ID: 'account id',
  ZOOM_API_KEY: 'API key',
  ZOOM_API_SECRET: 'API secret',
  ZOOM_SDK_KEY: 'SDK key',
  ZOOM_SDK_SECRET: 'SDK secret',
  ZOOM_VERIFICATION_TOKEN: 'verification token',
};

/** Looks for slips of the pen in the secrets. What is said never holds a part of one. */
export function* judgeSecrets(env: RawEnvironment, settings: Settings): Iterable<Finding> {
  for (const name of SECRET_NAMES) {
    const slip = slipIn(env[name] ?? '') ?? slipInFile(trimValue(env[`${name}_FILE`] ?? ''));
    if (slip !== undefined)
      yield warning(
        `${name} has ${slip} around it; the bridge takes that off`,
        'take it off where the value is written, since other programs that read it do not',
      );
  }
  const { secretTokens } = settings.zoom;
  for (const [index, secret] of secretTokens.entries()) {
    const oddity = oddityOf(secret, env);
    if (oddity === undefined) continue;
    const which =
      secretTokens.length === 1 ? 'ZOOM_SECRET_TOKEN' : `secret ${index + 1} in ZOOM_SECRET_TOKEN`;
    yield warning(`${which} ${oddity}`, COPY_AGAIN);
  }
  const influxToken = settings.influx.token ?? '';
  if (!/^[\x20-\x7e]*$/.test(influxToken))
    yield fault(
      'INFLUX_TOKEN holds characters that no token has, such as the dots of a shortened text',
      'copy the whole token once more, or name the file that setup made by INFLUX_TOKEN_FILE',
    );
  if (/^(token|bearer)\s/i.test(influxToken))
    yield fault(
      'INFLUX_TOKEN begins with the word "Token" or "Bearer", which the bridge puts in front by itself',
      'give the token alone',
    );
}

function slipIn(raw: string): string | undefined {
  const trimmed = raw.trim();
  if (trimValue(trimmed) !== trimmed) return 'quotes';
  return trimmed === raw ? undefined : 'white space';
}

/** A line break at the end of a file is no slip. */
function slipInFile(file: string): string | undefined {
  if (file === '') return undefined;
  try {
    return slipIn(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  } catch {
    return undefined;
  }
}

function oddityOf(secret: string, env: RawEnvironment): string | undefined {
  for (const [name, meaning] of Object.entries(OTHER_CREDENTIALS))
    if (trimValue(env[name] ?? '') === secret)
      return `is the same as ${name}: that is the ${meaning}, not the Secret Token`;
  if (PLACEHOLDER.test(secret)) return 'looks like a placeholder from an example';
  if (/^eyJ/.test(secret)) return 'looks like a JSON Web Token, not like a Secret Token';
  if (/^v0=/.test(secret)) return 'looks like a signature, not like a Secret Token';
  if (/^(bearer|basic)\s/i.test(secret)) return 'looks like an authorization header, not like a Secret Token';
  if (/\s/.test(secret)) return 'has white space inside';
  if (!/^[\x21-\x7e]+$/.test(secret)) return 'has letters that no Secret Token has';
  if (secret.length < SHORTEST_SECRET) return `has only ${secret.length} characters: a part may be missing`;
  // As far as known: client secrets have 32 letters and digits, client ids and Secret Tokens 22.
  if (/^[A-Za-z0-9]{32}$/.test(secret))
    return 'has the form of the client secret, not that of the Secret Token';
  return undefined;
}
