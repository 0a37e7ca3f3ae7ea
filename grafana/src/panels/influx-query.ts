import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DATA_SOURCE } from '../data-source.js';

type InfluxQuery = Dataquery & {
  readonly refId: string;
  readonly datasource: typeof DATA_SOURCE;
  readonly query: string;
};

/** A Flux query of a panel; the kit has none of its own for InfluxDB. */
export function influxQuery(query: string, refId = 'A'): Builder<Dataquery> {
  const built: InfluxQuery = {
    refId,
    datasource: DATA_SOURCE,
    query,
    _implementsDataqueryVariant: () => {},
  };
  return { build: () => built };
}
