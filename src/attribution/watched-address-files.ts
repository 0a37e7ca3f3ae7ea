import type { AddressFinders } from '../points/attribution.js';
import type { Settings } from '../settings/settings.js';
import { ADDRESS_SOURCES } from './address-source.js';
import { type OnRead, WatchedAddressFile } from './watched-address-file.js';

/** Finds by all the files that the settings name, always by their newest usable content. */
export class WatchedAddressFiles {
  readonly finders: AddressFinders;
  readonly #files: readonly WatchedAddressFile[];

  /** @throws where one of them can't be used at the start */
  constructor(points: Settings['points'], onRead: OnRead, everyMs?: number) {
    const files: WatchedAddressFile[] = [];
    let finders: AddressFinders = {};
    for (const source of ADDRESS_SOURCES) {
      const path = source.fileOf(points);
      if (path === undefined) continue;
      const file = new WatchedAddressFile(source, path, onRead, everyMs);
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
