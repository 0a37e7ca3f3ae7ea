import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { readSites, type SiteFinder } from '../points/sites.js';

/** How often the site list is looked at for changes. */
const LOOK_EVERY_MS = 5_000;

/** Finds sites by the list in a file and reads it again when it changes; a list that can't be read leaves the old one in force. */
export class SitesFile {
  readonly #file: string | undefined;
  #find: SiteFinder = () => undefined;

  /** @param onRead told of every reading after the first: undefined where it went well, else what was wrong */
  constructor(file: string | undefined, onRead: (error: string | undefined) => void) {
    this.#file = file;
    if (file === undefined) return;
    this.#find = readSites(readFileSync(file, 'utf8'));
    watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, () => {
      try {
        this.#find = readSites(readFileSync(file, 'utf8'));
        onRead(undefined);
      } catch (error) {
        onRead(error instanceof Error ? error.message : String(error));
      }
    });
  }

  readonly find: SiteFinder = (address) => this.#find(address);

  close(): void {
    if (this.#file !== undefined) unwatchFile(this.#file);
  }
}
