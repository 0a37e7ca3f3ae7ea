import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackMember } from '../../src/archive/member.js';
import { readLines } from '../../src/archive/read-archive.js';
import type { ArchivedEvent } from '../../src/archive/record.js';
import { inboxFolder, listInbox } from '../../src/inbox/inbox-file.js';

/** What lies in the inbox of a data folder, in the order in which a bridge would take it. */
export async function laidDown(dataDir: string): Promise<ArchivedEvent[]> {
  const folder = inboxFolder(dataDir);
  const events: ArchivedEvent[] = [];
  for (const name of listInbox(folder))
    events.push(...readLines(await unpackMember(readFileSync(join(folder, name)))));
  return events;
}

/** The bodies of what lies there. */
export async function laidBodies(dataDir: string): Promise<string[]> {
  return (await laidDown(dataDir)).map(({ body }) => body.toString());
}
