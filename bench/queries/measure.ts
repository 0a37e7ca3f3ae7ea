import { readFileSync } from 'node:fs';
import { median } from '../median.js';
import type { Question, RangeName } from './ask.js';

/** How long a query takes. */
export type Measured = Omit<Question, 'flux'> & {
  /** Median, until all rows are there. */
  readonly ms: number;
  /** Processor time that InfluxDB used for it, in the same run or another one, median, ms: what other programs do changes it less. */
  readonly cpuMs: number;
  readonly rows: number;
  readonly error?: string;
};

export type Asking = {
  readonly url: string;
  readonly org: string;
  readonly token: string;
  /** Of InfluxDB. */
  readonly pid: number;
};

const GIVE_UP_MS = 120_000;

type Answer = { readonly ms: number; readonly cpuMs: number; readonly rows: number; readonly error?: string };

/** Processor time used so far, ms. Source: proc(5), fields 14 and 15, in ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Runs Flux and counts the rows of what comes back. */
export async function ask({ url, org, token, pid }: Asking, flux: string): Promise<Answer> {
  const began = performance.now();
  const cpu = cpuMsOf(pid);
  const since = () => ({ ms: performance.now() - began, cpuMs: cpuMsOf(pid) - cpu });
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
    const took = since();
    if (!response.ok || /^(,error,reference|error,reference)/m.test(text))
      return { ...took, rows: 0, error: text.slice(0, 300) };
    const lines = text.split('\n').filter((line) => line.startsWith(','));
    return { ...took, rows: lines.filter((line) => !line.startsWith(',result,table')).length };
  } catch (error) {
    return { ...since(), rows: 0, error: String(error) };
  }
}

/** One untimed run and some timed ones of each query; the same text is run once for all places where it stands. */
export async function measure(
  asking: Asking,
  asked: readonly Question[],
  runs: number,
  tell: (measured: Measured) => void,
): Promise<readonly Measured[]> {
  const known = new Map<string, Answer>();
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

async function medianOf(asking: Asking, flux: string, runs: number): Promise<Answer> {
  const first = await ask(asking, flux);
  if (first.error !== undefined) return first;
  const answers: Answer[] = [];
  for (let run = 0; run < runs; run += 1) answers.push(await ask(asking, flux));
  return {
    rows: first.rows,
    ms: median(answers.map(({ ms }) => ms)),
    cpuMs: median(answers.map(({ cpuMs }) => cpuMs)),
  };
}

/** The time that this share of the queries of a range stays within, ms. */
export function percentile(measured: readonly Measured[], range: RangeName, share: number): number {
  const times = measured.filter((one) => one.range === range).map(({ ms }) => ms);
  times.sort((left, right) => left - right);
  return times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? 0;
}
