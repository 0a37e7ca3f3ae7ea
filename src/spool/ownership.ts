import { randomUUID } from 'node:crypto';
import { META } from './counts.js';
import type { SpoolTables } from './environment.js';

/** The marks of former owners are kept this long: no process outlives it after it was replaced. */
const KEPT_MS = 30 * 86_400_000;

const PREFIX = 'replaced:';

/** Another bridge has taken over the data folder; this one may change nothing in it any more. */
export class ReplacedError extends Error {
  readonly code = 'spool_replaced';

  constructor() {
    super(
      'another bridge has taken over DATA_DIR, so this one stores nothing any more: stop it, or give it its own DATA_DIR',
    );
    this.name = 'ReplacedError';
  }
}

/**
 * Makes whoever opens the spool its owner, and marks the one before as replaced, in one transaction. The lock on the data folder
 * keeps two bridges apart wherever it can; where it can't (a frozen process, another machine) this keeps the slower one from
 * giving out numbers that the other gives out too.
 *
 * @returns the owner's name
 */
export function becomeOwner({ root, meta }: SpoolTables): string {
  const own = randomUUID();
  const now = Date.now();
  root.transactionSync(() => {
    const before = meta.get(META.owner);
    for (const { key, value } of meta.getRange({ start: PREFIX, end: `${PREFIX}~` }))
      if (typeof value === 'number' && value < now - KEPT_MS) meta.removeSync(key);
    if (typeof before === 'string') meta.putSync(replacedKey(before), now);
    meta.putSync(META.owner, own);
  });
  return own;
}

/** The key that exists in the meta table once an owner was replaced. */
export function replacedKey(owner: string): string {
  return PREFIX + owner;
}

/**
 * To be asked inside a transaction.
 *
 * @throws {ReplacedError} where this owner was replaced
 */
export function requireOwnership({ meta }: Pick<SpoolTables, 'meta'>, owner: string | undefined): void {
  if (owner !== undefined && meta.get(replacedKey(owner)) !== undefined) throw new ReplacedError();
}
