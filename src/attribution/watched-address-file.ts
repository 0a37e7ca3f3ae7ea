import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { AddressFinder } from '../points/sites.js';
import { readRegularFile } from '../settings/read-limited.js';
import type { AddressSource } from './address-source.js';

/** How often a file is looked at for changes. */
const LOOK_EVERY_MS = 2_000;

/** Told of a change: undefined where the file is in force, else why the old one stays in force. */
export type OnRead = (source: AddressSource, file: string, error: string | undefined) => void;

/**
 * Finds by a file and reads it again when it changes: written anew, replaced, or behind another link. What can't be used leaves the
 * old content in force and is told once. It looks rather than listens, which works on mounted disks as well; what is half written
 * is left until it stays the same for one look.
 */
export class WatchedAddressFile {
  readonly #source: AddressSource;
  readonly #file: string;
  readonly #onRead: OnRead;
  readonly #timer: NodeJS.Timeout;
  #finder: AddressFinder;
  #hash: string;
  /** What the file looked like when it was read, and at the last look. */
  #read: string;
  #seen: string;
  #failure: string | undefined;
  #looking = false;

  /** @throws where the file can't be used, as `loadAddressFile` does */
  constructor(source: AddressSource, file: string, onRead: OnRead, everyMs = LOOK_EVERY_MS) {
    this.#source = source;
    this.#file = file;
    this.#onRead = onRead;
    this.#read = fingerprintSync(file);
    this.#seen = this.#read;
    const bytes = readRegularFile(file, source.maxBytes);
    this.#hash = hashOf(bytes);
    this.#finder = source.parse(bytes);
    this.#timer = setInterval(() => void this.#look(), everyMs).unref();
  }

  readonly find: AddressFinder = (address) => this.#finder(address);

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const seen = await fingerprint(this.#file);
    const isSettled = seen === this.#seen;
    this.#seen = seen;
    this.#looking = false;
    if (!isSettled || seen === this.#read) return;
    this.#read = seen;
    this.#readAgain();
  }

  #readAgain(): void {
    try {
      const bytes = readRegularFile(this.#file, this.#source.maxBytes);
      const hash = hashOf(bytes);
      if (hash === this.#hash && this.#failure === undefined) return;
      this.#finder = this.#source.parse(bytes);
      this.#hash = hash;
      this.#failure = undefined;
      this.#onRead(this.#source, this.#file, undefined);
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      if (failure === this.#failure) return;
      this.#failure = failure;
      this.#onRead(this.#source, this.#file, failure);
    }
  }
}

/** Changes with the file behind the name, or with what keeps it from being looked at. */
async function fingerprint(file: string): Promise<string> {
  return stat(file, { bigint: true }).then(textOf, codeOf);
}

function fingerprintSync(file: string): string {
  return textOf(statSync(file, { bigint: true }));
}

type Look = { readonly [name in 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs']: bigint };

function textOf({ dev, ino, size, mtimeNs, ctimeNs }: Look): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
