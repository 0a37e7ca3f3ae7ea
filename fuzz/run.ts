import { parseArgs } from 'node:util';
import { startTestInflux } from '../test/helpers/influx.js';
import { FuzzFailure } from './failure.js';
import { fuzzEvents, ROUND } from './fuzz-events.js';
import { fuzzRequests } from './fuzz-requests.js';

const HELP = `Usage: npm run fuzz -- [events] [requests] [--events N] [--requests N] [--seed N] [--first N]

events     changed events through everything that makes points of them, and the lines into a real InfluxDB
requests   changed HTTP requests into the socket of a real bridge
Both where neither is named. A failure is told with the seed and how to see it again. --first begins at this number
(of events: a multiple of ${ROUND}).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    first: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h' },
  },
});

const seed = Number(values.seed);
const first = Number(values.first);
const parts = positionals.length === 0 ? ['events', 'requests'] : positionals;
const cleaners: (() => Promise<void>)[] = [];
const place = { teardown: (clean: () => Promise<void>) => cleaners.push(clean) };
const progress = (line: string) => process.stderr.write(`  ${line}\n`);

async function events(): Promise<unknown> {
  const influx = await startTestInflux(place);
  let last: string | undefined;
  return fuzzEvents({
    seed,
    first,
    events: Number(values.events),
    progress,
    target: async (number) => {
      const { url, org, token } = influx;
      if (last !== undefined)
        await fetch(`${url}/api/v2/buckets/${last}`, {
          method: 'DELETE',
          headers: { authorization: `Token ${token}` },
        });
      const bucket = `fuzz-${number}`;
      last = await influx.createBucket(bucket);
      return { url, org, token, bucket };
    },
  });
}

const requests = () => fuzzRequests(place, { seed, first, requests: Number(values.requests), progress });

const PARTS: Readonly<Record<string, () => Promise<unknown>>> = { events, requests };

async function main(): Promise<number> {
  const unknown = parts.filter((part) => !(part in PARTS));
  if (values.help === true || unknown.length > 0) {
    process.stderr.write(`${unknown.map((part) => `There is no ${part}.\n`).join('')}${HELP}\n`);
    return values.help === true ? 0 : 2;
  }
  process.stderr.write(`seed ${seed}\n`);
  try {
    for (const part of parts) {
      process.stderr.write(`${part} …\n`);
      process.stdout.write(
        `${JSON.stringify({ part, seed, ...((await PARTS[part]?.()) as object) }, undefined, 2)}\n`,
      );
    }
    return 0;
  } catch (error) {
    if (!(error instanceof FuzzFailure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    for (const clean of cleaners.reverse()) await clean();
  }
}

process.exitCode = await main();
