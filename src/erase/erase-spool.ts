import type { SpoolTables } from '../spool/environment.js';
import { unpackEvent } from '../spool/packed-event.js';
import { Quarantine } from '../spool/quarantine.js';
import type { Mentions } from './mentions.js';

/** Entries of the spool that name a person. */
export type NamedInSpool = {
  readonly quarantined: readonly number[];
  readonly remembered: readonly string[];
  readonly waiting: number;
};

/** Looks for a person in what lies in quarantine, what is remembered of people, and what waits. */
export function findInSpool(tables: SpoolTables, mentions: Mentions): NamedInSpool {
  tables.root.resetReadTxn();
  const quarantined = [...new Quarantine(tables).list()]
    .filter(({ content, detail }) => mentions.inValue(detail) || mentions.inBody(Buffer.from(content)))
    .map(({ id }) => id);
  const remembered: string[] = [];
  for (const { key, value } of tables.context.getRange())
    if (mentions.inValue(key) || mentions.inValue(value.known)) remembered.push(key);
  let waiting = 0;
  for (const { value } of tables.events.getRange())
    if (mentions.inBody(unpackEvent(value).body)) waiting += 1;
  return { quarantined, remembered, waiting };
}

/** Takes items out of quarantine; they stay counted as quarantined. */
export function dropItems(tables: SpoolTables, ids: readonly number[]): void {
  if (ids.length > 0) new Quarantine(tables).drop({ ids });
}

/** Forgets what was learned of people. Only while no bridge works on the spool: a running one remembers it in memory as well. */
export function forget(tables: SpoolTables, keys: readonly string[]): void {
  tables.root.transactionSync(() => {
    for (const key of keys) tables.context.removeSync(key);
  });
}
