import { fluxString, fluxStrings } from '../rollups/flux-text.js';

/** Fields by which a person is known. Addresses and device names are none of them: several people may share one. */
const NAMING_FIELDS = {
  zoom_participant: [
    'name',
    'email',
    'user_id',
    'user_key',
    'participant_uuid',
    'phone_number',
    'registrant_id',
    'pc_name',
    'mac_addr',
    'harddisk_id',
  ],
  zoom_meeting: ['host', ...['caller', 'callee'].flatMap(partyFields)],
  zoom_call: ['user', 'email'],
} as const;

function partyFields(party: string): string[] {
  return ['name', 'email', 'user_id', 'extension', 'phone_number'].map((field) => `${party}_${field}`);
}

/** Where a person is named: one series of points. */
export type NamedAt = {
  readonly measurement: string;
  readonly field: string;
  readonly meeting: string;
  readonly participant: string;
};

/**
 * The question where one of these texts is the whole value of a naming field, in either case; its rows are {@link NamedAt} with
 * InfluxDB's names of columns.
 */
export function findPersonFlux(bucket: string, texts: readonly string[]): string {
  const measured = Object.entries(NAMING_FIELDS).map(
    ([measurement, fields]) =>
      `r._measurement == ${fluxString(measurement)} and (${fields.map((field) => `r._field == ${fluxString(field)}`).join(' or ')})`,
  );
  const values = [...new Set(texts.map((text) => text.toLowerCase()))];
  return `import "strings"
from(bucket: ${fluxString(bucket)})
  |> range(start: 1970-01-01T00:00:00Z, stop: 2200-01-01T00:00:00Z)
  |> filter(fn: (r) => ${measured.map((part) => `(${part})`).join(' or ')})
  |> filter(fn: (r) => contains(value: strings.toLower(v: r._value), set: ${fluxStrings(values)}))
  |> group(columns: ["_measurement", "_field", "meeting", "participant"])
  |> limit(n: 1)
  |> group()
  |> keep(columns: ["_measurement", "_field", "meeting", "participant"])`;
}

/** Reads a row of {@link findPersonFlux}. */
export function readNamedAt(row: Readonly<Record<string, unknown>>): NamedAt {
  const text = (name: string) => String(row[name] ?? '');
  return {
    measurement: text('_measurement'),
    field: text('_field'),
    meeting: text('meeting'),
    participant: text('participant'),
  };
}

/**
 * What InfluxDB has to be told to delete, as predicates, each once. Of a meeting or call whose host, caller or callee the person
 * is, the points of `zoom_meeting` go as a whole: a delete can't look at fields.
 */
export function predicatesFor(named: readonly NamedAt[]): string[] {
  const predicates = new Set<string>();
  for (const { measurement, field, meeting, participant } of named) {
    const ofMeeting = `meeting=${quoted(meeting)}`;
    if (measurement !== 'zoom_meeting') {
      predicates.add(`${ofMeeting} AND participant=${quoted(participant)}`);
      continue;
    }
    predicates.add(`_measurement="zoom_meeting" AND ${ofMeeting}`);
    const party = /^(caller|callee)_/.exec(field)?.[1];
    if (party !== undefined) predicates.add(`${ofMeeting} AND participant=${quoted(party)}`);
  }
  return [...predicates];
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
