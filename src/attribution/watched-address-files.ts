import type { AddressFinders } from '../points/attribution.js';
import type { Settings } from '../settings/settings.js';
import { ADDRESS_SOURCES, type AddressSource } from './address-source.js';
import { type OnRead, WatchedAddressFile } from './watched-address-file.js';

/** A file that tells something of addresses can't be used. */
export class AddressFileError extends Error {
  readonly code = 'address_file_unusable';
}

/** Finds by all the files that the settings name, always by their newest usable content. */
export class WatchedAddressFiles {
  readonly finders: AddressFinders;
  readonly #files: readonly WatchedAddressFile[];

  /** @throws {AddressFileError} where one of them can't be used at the start */
  constructor(points: Settings['points'], onRead: OnRead, everyMs?: number) {
    const files: WatchedAddressFile[] = [];
    let finders: AddressFinders = {};
    for (const source of ADDRESS_SOURCES) {
      const path = source.fileOf(points);
      if (path === undefined) continue;
      const file = watch(source, path, onRead, everyMs);
      files.push(file);
      finders = { ...finders, [source.finder]: file.find };
    }
    this.finders = finders;
    this.#files = files;
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

function watch(
  source: AddressSource,
  file: string,
  onRead: OnRead,
  everyMs: number | undefined,
): WatchedAddressFile {
  try {
    return new WatchedAddressFile(source, file, onRead, everyMs);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new AddressFileError(`${source.setting} ${file} can't be used: ${cause}`);
  }
}
