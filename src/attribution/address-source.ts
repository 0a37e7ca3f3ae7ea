import type { AddressFinders } from '../points/attribution.js';
import { ispOf, locationOf } from '../points/database-records.js';
import { type AddressFinder, readSites } from '../points/sites.js';
import { readRegularFile } from '../settings/read-limited.js';
import type { Settings } from '../settings/settings.js';
import { openAddressDatabase } from './address-database.js';

/** A kind of file that tells something of addresses. */
export type AddressSource = {
  readonly setting: 'SITES_FILE' | 'ASN_DB_FILE' | 'CITY_DB_FILE';
  /** The context tag that it is for. */
  readonly tag: string;
  /** What it is, in sentences. */
  readonly title: string;
  readonly finder: keyof AddressFinders;
  readonly maxBytes: number;
  /** The path that the settings name. */
  readonly fileOf: (points: Settings['points']) => string | undefined;
  /** @throws {SitesError} {@link AddressDatabaseError} */
  readonly parse: (bytes: Buffer) => AddressFinder;
};

const MEBIBYTE = 1024 ** 2;

/** Every kind of file that tells something of addresses. */
export const ADDRESS_SOURCES: readonly AddressSource[] = [
  {
    setting: 'SITES_FILE',
    tag: 'site',
    title: 'the site list',
    finder: 'findSite',
    maxBytes: 16 * MEBIBYTE,
    fileOf: ({ sitesFile }) => sitesFile,
    parse: (bytes) => readSites(bytes.toString('utf8')),
  },
  {
    setting: 'ASN_DB_FILE',
    tag: 'isp',
    title: 'the database of providers',
    finder: 'findIsp',
    maxBytes: 1024 * MEBIBYTE,
    fileOf: ({ asnDbFile }) => asnDbFile,
    parse: (bytes) => openAddressDatabase(bytes, ispOf, 'names of providers'),
  },
  {
    setting: 'CITY_DB_FILE',
    tag: 'location',
    title: 'the database of places',
    finder: 'findLocation',
    maxBytes: 1024 * MEBIBYTE,
    fileOf: ({ cityDbFile }) => cityDbFile,
    parse: (bytes) => openAddressDatabase(bytes, locationOf, 'names of places'),
  },
];

/**
 * Reads what a file tells of addresses.
 *
 * @throws {FileError} {@link SitesError} {@link AddressDatabaseError} or an error of the file system
 */
export function loadAddressFile({ maxBytes, parse }: AddressSource, file: string): AddressFinder {
  return parse(readRegularFile(file, maxBytes));
}
