import { RecentMap } from '../zoom/recent-map.js';
import { tagText } from './line.js';
import { IDENTITY_TAGS, type IdentifiedMeasurement, MEASUREMENTS } from './schema.js';

/** Tag values by name. */
export type Tags = Readonly<Record<string, string | undefined>>;

/** A measurement's tags in their order: the name of one that tells series apart, or from where to where those go that all share. */
type Layout = readonly (string | { readonly from: number; readonly to: number })[];

/** In which order the tags stand, for a list of context tags. */
type TagOrder = {
  /** What all of a participant's series share. */
  readonly shared: readonly string[];
  readonly layouts: ReadonlyMap<IdentifiedMeasurement, Layout>;
};

/** There is one list of context tags for as long as the bridge runs. */
const ORDERS = new WeakMap<readonly string[], TagOrder>();

function orderOf(contextTags: readonly string[]): TagOrder {
  const known = ORDERS.get(contextTags);
  if (known !== undefined) return known;
  const shared = [...Object.keys(IDENTITY_TAGS), ...contextTags].sort();
  const measurements = Object.keys(MEASUREMENTS) as IdentifiedMeasurement[];
  const layouts = new Map(
    measurements.map((name) => [name, layoutOf(shared, Object.keys(MEASUREMENTS[name].tags))]),
  );
  const order = { shared, layouts };
  ORDERS.set(contextTags, order);
  return order;
}

function layoutOf(shared: readonly string[], further: readonly string[]): Layout {
  const layout: Layout[number][] = [];
  let from = 0;
  for (const name of [...further].sort()) {
    const behind = shared.findIndex((other) => other > name);
    const to = behind < 0 ? shared.length : behind;
    layout.push({ from, to }, name);
    from = to;
  }
  return [...layout, { from, to: shared.length }];
}

/** Tags of which a few values come again and again; ids are not among them. */
const TEXTS = new Map<string, RecentMap<string, string>>();
const MANY_VALUES = new Set(['meeting', 'participant', 'call']);
const MOST_VALUES = 500;

function textOf(name: string, value: string | undefined): string {
  if (value === undefined || MANY_VALUES.has(name)) return tagText(name, value);
  let texts = TEXTS.get(name);
  if (texts === undefined) {
    texts = new RecentMap(MOST_VALUES);
    TEXTS.set(name, texts);
  }
  return texts.get(value, (text) => tagText(name, text));
}

/** Zoom's streams of one participant are some dozens; what goes beyond is written anew each time. */
const MAX_SERIES = 300;

/**
 * Writes the series of one participant (a measurement with its tags, sorted by name). What identity and context contribute is
 * written once and kept, since each minute brings a dozen series with the same.
 */
export class SeriesWriter {
  readonly #order: TagOrder;
  readonly #shared: readonly string[];
  /** Tags that stand beside one another in several series. */
  readonly #runs = new Map<number, string>();
  readonly #series = new Map<string, string>();

  constructor(identity: Tags, context: Tags, contextTags: readonly string[]) {
    this.#order = orderOf(contextTags);
    this.#shared = this.#order.shared.map((name) =>
      textOf(name, Object.hasOwn(IDENTITY_TAGS, name) ? identity[name] : context[name]),
    );
  }

  /** A series that was written before. `local` names it within the participant. */
  known(local: string): string | undefined {
    return this.#series.get(local);
  }

  /** The series with further tags. */
  series(measurement: IdentifiedMeasurement, local: string, extra: Tags): string {
    const known = this.#series.get(local);
    if (known !== undefined) return known;
    let series: string = measurement;
    for (const part of this.#order.layouts.get(measurement) ?? [])
      series += typeof part === 'string' ? textOf(part, extra[part]) : this.#run(part.from, part.to);
    if (this.#series.size >= MAX_SERIES) this.#series.clear();
    this.#series.set(local, series);
    return series;
  }

  #run(from: number, to: number): string {
    const name = from * 1_000 + to;
    let run = this.#runs.get(name);
    if (run === undefined) {
      run = this.#shared.slice(from, to).join('');
      this.#runs.set(name, run);
    }
    return run;
  }
}
