import {
  array,
  min as atLeast,
  coerce,
  defaulted,
  enums,
  number,
  optional,
  refine,
  type Struct,
  size,
  string,
  type,
} from 'superstruct';
import { CONTEXT_TAG_NAMES } from './context-tags.js';
import { trimValue } from './trim-value.js';
import { parseBytes, parseDuration } from './units.js';

const text = () => size(string(), 1, 65_536);

const decimal = (low: number, high: number) =>
  coerce(
    refine(number(), 'number', (value) =>
      value >= low && value <= high ? true : `must be a number from ${low} to ${high}`,
    ),
    string(),
    (value) => (/^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  );

const whole = (low: number, high: number) =>
  refine(decimal(low, high), 'whole', (value) => Number.isInteger(value) || 'must be a whole number');

const unit = (parse: (value: string) => number | undefined, low: number, example: string) =>
  coerce(atLeast(number(), low), string(), (value) => parse(value) ?? `${value} (for example: ${example})`);

/** `off`, or how long something is kept, in seconds; off is 0. */
const offOrDuration = (low: number) =>
  coerce(
    refine(number(), 'duration', (value) => value === 0 || value >= low || 'must be 1h or longer'),
    string(),
    (value) => (value.toLowerCase() === 'off' ? 0 : parseDuration(value) || value),
  );

const listOf = <T>(item: Struct<T, unknown>) =>
  coerce(array(item), string(), (value) =>
    value
      .split(/[,\r\n]/)
      .map(trimValue)
      .filter((part) => part !== ''),
  );

const path = () =>
  refine(text(), 'path', (value) =>
    /^\/[^?#\s]*$/.test(value) ? true : 'must start with / and hold no space, ? or #',
  );

const httpUrl = () =>
  refine(text(), 'url', (value) => {
    if (!URL.canParse(value)) return 'must be a URL such as http://influxdb:8086';
    const { protocol, pathname } = new URL(value);
    if (protocol !== 'http:' && protocol !== 'https:') return 'must start with http:// or https://';
    return /\/api\/v2\/?$/.test(pathname) ? 'must not end in /api/v2' : true;
  });

const header = () =>
  refine(text(), 'header', (value) =>
    /^[A-Za-z0-9-]+\s*:\s*\S/.test(value) ? true : 'must have the form "name: value"',
  );

const octal = () =>
  coerce(number(), string(), (value) => (/^0?[0-7]{3}$/.test(value) ? Number.parseInt(value, 8) : value));

/** The one list of settings: names as in the environment, how each is read, and its default. */
export const environmentSchema = type({
  ZOOM_SECRET_TOKEN: optional(listOf(text())),
  ZOOM_VERIFICATION_TOKEN: optional(text()),
  ZOOM_MAX_AGE_SECONDS: defaulted(whole(60, 604_800), 7200),
  ZOOM_MAX_AHEAD_SECONDS: defaulted(whole(0, 86_400), 300),
  WEBHOOK_AUTH_HEADER: optional(header()),
  ZOOM_INPUT_DIRECTION: defaulted(enums(['sent', 'received']), 'sent'),
  HOST: defaulted(text(), '0.0.0.0'),
  PORT: defaulted(whole(0, 65_535), 8080),
  WEBHOOK_PATH: defaulted(path(), '/zoom/webhook'),
  TLS_CERT_FILE: optional(text()),
  TLS_KEY_FILE: optional(text()),
  ADMIN_HOST: defaulted(text(), '127.0.0.1'),
  ADMIN_PORT: defaulted(whole(0, 65_535), 9464),
  DATA_DIR: defaulted(text(), './data'),
  SPOOL_MAX_BYTES: defaulted(unit(parseBytes, 1_048_576, '4GiB'), 4 * 1024 ** 3),
  ARCHIVE: defaulted(offOrDuration(3600), 0),
  INFLUX_URL: optional(httpUrl()),
  INFLUX_TOKEN: optional(text()),
  INFLUX_ORG: optional(text()),
  INFLUX_BUCKET: defaulted(text(), 'zoom'),
  INFLUX_ROLLUP_BUCKET: defaulted(text(), 'zoom_rollup'),
  INFLUX_ADMIN_TOKEN: optional(text()),
  INFLUX_TOKENS_DIR: optional(text()),
  INFLUX_TOKEN_FILE_MODE: defaulted(octal(), 0o600),
  RETENTION: defaulted(unit(parseDuration, 0, '30d'), 30 * 86_400),
  ROLLUP_RETENTION: defaulted(unit(parseDuration, 0, '400d'), 400 * 86_400),
  THRESHOLD_LATENCY_MS: defaulted(decimal(0, 60_000), 150),
  THRESHOLD_JITTER_MS: defaulted(decimal(0, 60_000), 40),
  THRESHOLD_LOSS_PCT: defaulted(decimal(0, 100), 2),
  THRESHOLD_MOS: defaulted(decimal(1, 5), 3.5),
  CONTEXT_TAGS: defaulted(listOf(enums(CONTEXT_TAG_NAMES)), () => [...CONTEXT_TAG_NAMES.slice(0, 6)]),
  SITES_FILE: optional(text()),
  ASN_DB_FILE: optional(text()),
  CITY_DB_FILE: optional(text()),
  PRIVACY: defaulted(enums(['full', 'pseudonymous', 'minimal']), 'full'),
  LOG_LEVEL: defaulted(enums(['error', 'warn', 'info', 'debug']), 'info'),
  LOG_FORMAT: optional(enums(['json', 'pretty'])),
});

/** The settings that may also be given as a file's path, under the same name with `_FILE` behind it. */
export const SECRET_NAMES = [
  'ZOOM_SECRET_TOKEN',
  'ZOOM_VERIFICATION_TOKEN',
  'WEBHOOK_AUTH_HEADER',
  'INFLUX_TOKEN',
  'INFLUX_ADMIN_TOKEN',
] as const;
