import type { Question, RangeName } from './ask.js';

/** How long a query takes. */
export type Measured = Omit<Question, 'flux'> & {
  /** Median, until all rows are there. */
  readonly ms: number;
  readonly rows: number;
  readonly error?: string;
};

export type Asking = { readonly url: string; readonly org: string; readonly token: string };

const GIVE_UP_MS = 120_000;

/** Runs Flux and counts the rows of what comes back. */
export async function ask(
  { url, org, token }: Asking,
  flux: string,
): Promise<{ ms: number; rows: number; error?: string }> {
  const began = performance.now();
  const since = () => performance.now() - began;
  try {
    const response = await fetch(`${url}/api/v2/query?${new URLSearchParams({ org })}`, {
      method: 'POST',
      headers: {
        authorization: `Token ${token}`,
        'content-type': 'application/json',
        accept: 'application/csv',
      },
      body: JSON.stringify({ query: flux, dialect: { header: true, annotations: [] } }),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
    const text = await response.text();
    const ms = since();
    if (!response.ok || /^(,error,reference|error,reference)/m.test(text))
      return { ms, rows: 0, error: text.slice(0, 300) };
    const lines = text.split('\n').filter((line) => line.startsWith(','));
    return { ms, rows: lines.filter((line) => !line.startsWith(',result,table')).length };
  } catch (error) {
    return { ms: since(), rows: 0, error: String(error) };
  }
}

/** One untimed run and some timed ones of each query; the same text is run once for all places where it stands. */
export async function measure(
  asking: Asking,
  asked: readonly Question[],
  runs: number,
  tell: (measured: Measured) => void,
): Promise<readonly Measured[]> {
  const known = new Map<string, Awaited<ReturnType<typeof ask>>>();
  const found: Measured[] = [];
  for (const { flux, ...placed } of asked) {
    const answer = known.get(flux) ?? (await medianOf(asking, flux, runs));
    known.set(flux, answer);
    const measured = { ...placed, ...answer };
    found.push(measured);
    tell(measured);
  }
  return found;
}

async function medianOf(asking: Asking, flux: string, runs: number) {
  const first = await ask(asking, flux);
  if (first.error !== undefined) return first;
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push((await ask(asking, flux)).ms);
  times.sort((left, right) => left - right);
  return { ...first, ms: times[Math.floor(times.length / 2)] ?? first.ms };
}

/** The time that this share of the queries of a range stays within, ms. */
export function percentile(measured: readonly Measured[], range: RangeName, share: number): number {
  const times = measured.filter((one) => one.range === range).map(({ ms }) => ms);
  times.sort((left, right) => left - right);
  return times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? 0;
}
