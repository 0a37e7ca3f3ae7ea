import type { RollupDefinition } from '../../src/points/rollup-schema.js';
import type { Call, Join, Meeting } from './calendar.js';

const ACCOUNT = 'ExampleAccount00000001';

export type TagValues = Readonly<Record<string, string>>;

const escaped = (value: string) => value.replaceAll(/[ ,=]/g, '\\$&');

/** A measurement with its tags, sorted by name. */
export function seriesText(measurement: string, tags: TagValues): string {
  const names = Object.keys(tags).sort();
  return `${measurement}${names.map((name) => `,${name}=${escaped(tags[name] ?? 'unknown')}`).join('')}`;
}

const NO_CONTEXT = {
  client_version: 'unknown',
  data_center: 'unknown',
  device: 'unknown',
  isp: 'unknown',
  location: 'unknown',
  network_type: 'unknown',
  site: 'unknown',
};

export const tagsOfMeeting = ({ id, source }: Meeting): TagValues => ({
  ...NO_CONTEXT,
  account_id: ACCOUNT,
  source,
  meeting: id,
  participant: 'unknown',
});

/** Before the details of somebody are known. */
export const tagsOfNewcomer = ({ meeting, participant }: Join): TagValues => ({
  ...tagsOfMeeting(meeting),
  participant: String(participant),
});

export const tagsOfJoin = (join: Join): TagValues => ({ ...tagsOfNewcomer(join), ...join.person.context });

export const tagsOfCall = ({ id }: Call): TagValues => ({
  ...NO_CONTEXT,
  account_id: ACCOUNT,
  source: 'phone',
  meeting: id,
  participant: 'unknown',
});

/** The tags of a family of rollups, in line protocol, of these raw tags. */
export function rolledTags({ tags: names }: RollupDefinition, tags: TagValues): string {
  return seriesText('', Object.fromEntries(names.map((name) => [name, tags[name] ?? 'unknown'])));
}

/** Media streams of somebody who sends and receives everything. */
export const STREAMS = (['audio', 'video', 'share'] as const).flatMap((media) =>
  (['sent', 'received'] as const).map((direction) => ({
    media,
    direction,
    leg: 'client',
    stream: `${media === 'share' ? 'as' : media}_${direction === 'sent' ? 'input' : 'output'}`,
  })),
);
