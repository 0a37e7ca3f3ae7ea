/** A record of a MaxMind-format database: a map, whose keys differ from vendor to vendor. */
export type DatabaseRecord = Readonly<Record<string, unknown>>;

/**
 * Where vendors put the name of who runs the network, best first: `isp` and `organization` in GeoIP2 ISP; the same below `traits`
 * in GeoIP2 Enterprise and DB-IP; `autonomous_system_organization` in GeoLite2 ASN and DB-IP Lite; `as_name` in IPinfo Lite;
 * `as_organization` in lists derived from those.
 * Source: the vendors' descriptions of these databases.
 */
const ISP_KEYS = ['isp', 'autonomous_system_organization', 'as_name', 'as_organization', 'organization'];

/** Who runs the network of an address; undefined where the record does not say. */
export function ispOf(record: DatabaseRecord): string | undefined {
  for (const place of [record, mapOf(record['traits'])])
    for (const key of ISP_KEYS) {
      const name = textOf(place[key]);
      if (name !== undefined) return name;
    }
  // IPinfo's ASN database says `asn` and `name`; elsewhere a `name` may be anything.
  return record['asn'] === undefined ? undefined : textOf(record['name']);
}

/** Where an address is, in the form of Zoom's own `location`: `City (CC)`, the country's name where no city is known. */
export function locationOf(record: DatabaseRecord): string | undefined {
  const country = mapOf(record['country']);
  const city = textOf(mapOf(mapOf(record['city'])['names'])['en']) ?? textOf(record['city']);
  const code = textOf(country['iso_code']) ?? textOf(record['country_code']) ?? textOf(record['country']);
  if (city !== undefined) return code === undefined ? city : `${city} (${code})`;
  return textOf(mapOf(country['names'])['en']) ?? textOf(record['country_name']) ?? code;
}

function mapOf(value: unknown): DatabaseRecord {
  return typeof value === 'object' && value !== null ? (value as DatabaseRecord) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
