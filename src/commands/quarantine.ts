import { parseArgs } from 'node:util';
import { withDotEnv } from '../settings/read-environment.js';
import { readSettings } from '../settings/read-settings.js';
import { withDataDir } from '../spool/data-dir-error.js';
import { openTables } from '../spool/environment.js';
import { type NumberedItem, Quarantine, type QuarantineFilter } from '../spool/quarantine.js';
import { type Command, EXIT, UsageError } from './command.js';
import { requireSpool } from './existing-data-dir.js';

const HELP = `Usage: qss-bridge quarantine list  [--reason R] [--event NAME] [--limit N] [--json]
       qss-bridge quarantine show  ID
       qss-bridge quarantine retry ID... | --all | --reason R | --event NAME
       qss-bridge quarantine drop  ID... | --all | --reason R | --event NAME

What could not be used is kept in quarantine, whole and with its reason:
  event   nothing of the event could be used
  values  a copy of an event whose other values were written
  line    a point that InfluxDB refused

retry   has items tried again, say after an upgrade: at once where the bridge runs, else at its next start
drop    deletes items for good

The bridge may be running meanwhile. Settings: DATA_DIR.`;

const OPTIONS = {
  reason: { type: 'string' },
  event: { type: 'string' },
  limit: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** How many items are listed unless told otherwise. */
const DEFAULT_LIMIT = 100;

type Values = { reason?: string; event?: string; limit?: string; all?: boolean; json?: boolean };

/** Looks at what could not be used, and has it tried again or dropped. */
export const quarantine: Command = {
  name: 'quarantine',
  summary: 'list, show, retry or drop what could not be used',
  help: HELP,

  async run(args, { env, out }) {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const [action, ...rest] = positionals;
    const filter = filterOf(rest, values);
    if (action !== 'list' && action !== 'show' && action !== 'retry' && action !== 'drop')
      throw new UsageError(
        `quarantine needs one of list, show, retry, drop${action === undefined ? '' : `, not ${action}`}`,
      );
    if (
      action !== 'list' &&
      filter.ids === undefined &&
      filter.reason === undefined &&
      filter.event === undefined &&
      values.all !== true
    )
      throw new UsageError(
        `quarantine ${action} needs an item's number${action === 'show' ? '' : ', --reason, --event or --all'}`,
      );
    const limit = values.limit === undefined ? DEFAULT_LIMIT : Number(values.limit);
    if (!Number.isInteger(limit) || limit <= 0) throw new UsageError('--limit takes a whole number above 0');
    const { dataDir } = readSettings(withDotEnv(env, process.cwd()), { zoom: false });
    requireSpool(dataDir);
    const tables = withDataDir(dataDir, () => openTables(dataDir));
    try {
      const store = new Quarantine(tables);
      switch (action) {
        case 'list':
          list(store, filter, limit, values.json === true, out);
          return EXIT.ok;
        case 'show':
          return show(store, filter, out);
        case 'retry':
          out(
            `${store.retry(filter)} marked to be tried again: at once where the bridge runs, else at its next start`,
          );
          return EXIT.ok;
        case 'drop':
          out(`${store.drop(filter)} dropped`);
          return EXIT.ok;
      }
    } finally {
      await tables.root.close();
    }
  },
};

function filterOf(ids: readonly string[], { reason, event }: Values): QuarantineFilter {
  const numbers = ids.map(Number);
  if (numbers.some((id) => !Number.isInteger(id) || id <= 0))
    throw new UsageError(
      `an item is named by its number as shown by "quarantine list", not by ${ids.join(' ')}`,
    );
  return {
    ...(numbers.length === 0 ? {} : { ids: numbers }),
    ...(reason === undefined ? {} : { reason }),
    ...(event === undefined ? {} : { event }),
  };
}

function list(
  store: Quarantine,
  filter: QuarantineFilter,
  limit: number,
  json: boolean,
  out: (line: string) => void,
): void {
  const items = [...store.list(filter, limit)];
  if (json) {
    for (const item of items) out(JSON.stringify(summary(item)));
    return;
  }
  if (items.length === 0) {
    out('nothing in quarantine');
    return;
  }
  out(`${'id'.padStart(6)}  ${'since'.padEnd(20)}  ${'kind'.padEnd(6)}  ${'reason'.padEnd(17)}  name`);
  for (const { id, at, kind, reason, name, detail } of items) {
    out(`${String(id).padStart(6)}  ${isoSeconds(at)}  ${kind.padEnd(6)}  ${reason.padEnd(17)}  ${name}`);
    out(`        ${detail}`);
  }
  const size = store.size();
  if (size > items.length) out(`${items.length} of ${size}`);
}

function show(store: Quarantine, filter: QuarantineFilter, out: (line: string) => void): number {
  const items = [...store.list(filter)];
  for (const item of items) {
    for (const [key, value] of Object.entries(summary(item))) out(`${key}: ${value}`);
    out('');
    out(Buffer.from(item.content).toString('utf8'));
  }
  if (items.length > 0) return EXIT.ok;
  out('no such item in quarantine');
  return EXIT.failed;
}

function summary({ id, at, kind, reason, name, detail }: NumberedItem): Record<string, string | number> {
  return { id, since: isoSeconds(at), kind, reason, name, detail };
}

function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
