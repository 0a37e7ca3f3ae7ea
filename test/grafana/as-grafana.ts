/** What Grafana fills into a query: the range, the macros, and the values chosen in variables. */
export type Filling = {
  readonly from: number;
  readonly to: number;
  /** Width of a panel's windows, ms. */
  readonly windowMs: number;
  readonly bucket: string;
  readonly organization: string;
  /** Chosen values by variable; `'$__all'` stands for a custom value for all, which is put in as it is. */
  readonly variables: Readonly<Record<string, readonly string[] | { readonly all: string }>>;
};

/**
 * Fills a query as Grafana does before it sends it to InfluxDB: first `${name:format}` of variables (in the browser), then the
 * macros `v.…` (in Grafana's server).
 *
 * @throws {Error} for a variable that is not there, since Grafana would leave it in the query
 */
export function asGrafana(query: string, filling: Filling): string {
  const filled = query.replaceAll(
    /\$\{(\w+)(?::(\w+))?\}/g,
    (whole, name: string, format: string | undefined) => {
      const chosen = filling.variables[name];
      if (chosen === undefined) throw new Error(`there is no variable ${whole}`);
      if ('all' in chosen) return chosen.all;
      return format === 'regex' ? regex(chosen) : plain(chosen);
    },
  );
  if (/\$\w/.test(filled)) throw new Error(`a variable without braces is left in:\n${filled}`);
  const macros: Readonly<Record<string, string>> = {
    timeRangeStart: new Date(filling.from).toISOString(),
    timeRangeStop: new Date(filling.to).toISOString(),
    windowPeriod: `${filling.windowMs}ms`,
    defaultBucket: JSON.stringify(filling.bucket),
    organization: JSON.stringify(filling.organization),
  };
  return filled.replaceAll(/\bv\.(\w+)/g, (whole, name: string) => {
    const value = macros[name];
    if (value === undefined) throw new Error(`Grafana knows no macro ${whole}`);
    return value;
  });
}

/** One value as it is, many as `(a|b)`, each with what is special in regular expressions escaped. */
function regex(values: readonly string[]): string {
  const escaped = values.map((value) => value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&'));
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}

/** One value as it is, many as `{a,b}`. */
function plain(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `{${values.join(',')}}`;
}
