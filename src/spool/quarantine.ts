import { META } from './counts.js';
import { entriesOf, type SpoolTables } from './environment.js';
import type { QuarantineItem } from './quarantine-item.js';

/** An item with the number by which a person names it. */
export type NumberedItem = QuarantineItem & { readonly id: number };

/** Which items a person means. */
export type QuarantineFilter = {
  readonly ids?: readonly number[];
  readonly reason?: string;
  readonly event?: string;
};

/** The quarantine as the administrator sees it. The bridge may be running meanwhile. */
export class Quarantine {
  readonly #tables: SpoolTables;

  constructor(tables: SpoolTables) {
    this.#tables = tables;
  }

  /** How many items there are. */
  size(): number {
    this.#tables.root.resetReadTxn();
    return entriesOf(this.#tables.quarantine);
  }

  /** The items that a filter means, oldest first. */
  *list(filter: QuarantineFilter = {}, limit = Number.POSITIVE_INFINITY): Generator<NumberedItem> {
    this.#tables.root.resetReadTxn();
    let left = limit;
    for (const { key, value } of this.#tables.quarantine.getRange()) {
      if (!isMeant(filter, key, value)) continue;
      if (left <= 0) return;
      left -= 1;
      yield { ...value, id: key };
    }
  }

  /** Has these items tried again: at once where the bridge runs, else at its next start. Returns how many. */
  retry(filter: QuarantineFilter): number {
    const ids = [...this.list(filter)].map(({ id }) => id);
    const { root, meta } = this.#tables;
    root.transactionSync(() => {
      const before = meta.get(META.retry);
      const waiting = Array.isArray(before) ? before : [];
      if (ids.length > 0) meta.putSync(META.retry, [...new Set([...waiting, ...ids])]);
    });
    return ids.length;
  }

  /** Deletes these items for good. They stay counted as quarantined. Returns how many. */
  drop(filter: QuarantineFilter): number {
    const ids = [...this.list(filter)].map(({ id }) => id);
    this.#tables.root.transactionSync(() => {
      for (const id of ids) this.#tables.quarantine.removeSync(id);
    });
    return ids.length;
  }
}

function isMeant(filter: QuarantineFilter, id: number, item: QuarantineItem): boolean {
  return (
    (filter.ids?.includes(id) ?? true) &&
    (filter.reason === undefined || item.reason === filter.reason) &&
    (filter.event === undefined || item.name === filter.event)
  );
}
