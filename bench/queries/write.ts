export type WriteTarget = {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
};

const BATCH = 20_000;

/** Writes lines with times in ms, in batches: one is written while the next is made. */
export class LineWriter {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  #lines: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  written = 0;
  /** Counts lines and forgets them: they are there already. */
  isSkipping = false;

  constructor({ url, org, bucket, token }: WriteTarget) {
    this.#url = `${url}/api/v2/write?${new URLSearchParams({ org, bucket, precision: 'ms' })}`;
    this.#headers = { authorization: `Token ${token}` };
  }

  add(line: string): void {
    if (this.isSkipping) this.written += 1;
    else this.#lines.push(line);
  }

  /** Waits where there are lines enough for a batch and the one before is still being written. */
  async flushed(): Promise<void> {
    if (this.#lines.length >= BATCH) await this.#write();
  }

  async finish(): Promise<void> {
    await this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    await this.#writing;
    const lines = this.#lines;
    this.#lines = [];
    this.written += lines.length;
    this.#writing = this.#post(lines);
    // Whoever waits for it next is told; nobody may be waiting yet.
    this.#writing.catch(() => undefined);
  }

  async #post(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length; from += BATCH) {
      const body = lines.slice(from, from + BATCH).join('\n');
      const response = await fetch(this.#url, { method: 'POST', headers: this.#headers, body });
      if (response.status !== 204) throw new Error(`${response.status} ${await response.text()}`);
    }
  }
}
