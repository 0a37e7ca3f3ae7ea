import ipaddr from 'ipaddr.js';
import { Reader } from 'maxmind';
import type { DatabaseRecord } from '../points/database-records.js';
import type { AddressFinder } from '../points/sites.js';

/** A database of addresses that can't be used. */
export class AddressDatabaseError extends Error {
  readonly code = 'address_database_invalid';
}

/** So many networks are looked at to judge a database, and so many records among them. */
const SAMPLED_NETWORKS = 3_000;
const SAMPLED_RECORDS = 200;

/** Between the search tree and the data. Source: MaxMind DB file format specification 2.0. */
const SEPARATOR_BYTES = 16;

/**
 * Opens a database in MaxMind's format.
 *
 * @param read what is wanted of a record
 * @param holds what that is, for the error
 * @throws {AddressDatabaseError} where it is no such database, is damaged, or its records hold nothing of what is wanted
 */
export function openAddressDatabase(
  bytes: Buffer,
  read: (record: DatabaseRecord) => string | undefined,
  holds: string,
): AddressFinder {
  const reader = openReader(bytes);
  const records = sampleRecords(reader);
  if (records.length > 0 && records.every((record) => read(record) === undefined))
    throw new AddressDatabaseError(`holds no ${holds}: its type is ${reader.metadata.databaseType}`);
  return (address) => {
    if (!ipaddr.isValid(address)) return undefined;
    try {
      const record = reader.get(ipaddr.process(address).toString());
      return record === null ? undefined : read(record);
    } catch {
      // Damage in a part that was not looked at: nothing is known of its addresses.
      return undefined;
    }
  };
}

type RecordReader = Reader<DatabaseRecord & Record<string, never>>;

function openReader(bytes: Buffer): RecordReader {
  try {
    const reader: RecordReader = new Reader(bytes);
    const { ipVersion, nodeCount, searchTreeSize, binaryFormatMajorVersion } = reader.metadata;
    if (binaryFormatMajorVersion !== 2) throw new Error(`format ${binaryFormatMajorVersion}`);
    if ((ipVersion !== 4 && ipVersion !== 6) || !Number.isSafeInteger(nodeCount) || nodeCount < 1)
      throw new Error('its description makes no sense');
    if (searchTreeSize + SEPARATOR_BYTES > bytes.length) throw new Error('its beginning is missing');
    return reader;
  } catch (error) {
    throw new AddressDatabaseError(`is no whole MaxMind-format (.mmdb) database: ${told(error)}`);
  }
}

/** Records from the beginning of the tree. */
function sampleRecords(reader: RecordReader): DatabaseRecord[] {
  const records: DatabaseRecord[] = [];
  try {
    for (const address of networkStarts(reader)) {
      const record = reader.get(address);
      if (record === null) continue;
      if (typeof record !== 'object') throw new Error('a record is no map');
      records.push(record);
      if (records.length >= SAMPLED_RECORDS) break;
    }
  } catch (error) {
    throw new AddressDatabaseError(`is damaged: ${told(error)}`);
  }
  return records;
}

/** The first addresses of the first networks: those of IPv4, and of IPv6 where it holds them. */
function* networkStarts(reader: RecordReader): Generator<string> {
  for (const bits of reader.metadata.ipVersion === 6 ? [32, 128] : [32]) {
    let start = 0n;
    for (let count = 0; count < SAMPLED_NETWORKS && start < 1n << BigInt(bits); count += 1) {
      const hex = start.toString(16).padStart(bits / 4, '0');
      const address = ipaddr.fromByteArray([...Buffer.from(hex, 'hex')]).toString();
      yield address;
      const [, prefix] = reader.getWithPrefixLength(address);
      start += 1n << BigInt(bits - prefix);
    }
  }
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
