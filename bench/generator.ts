import { connect } from 'node:net';
import { eventTexts, httpRequests, type Mix } from './requests.js';

/** What the load generator is told, as JSON on its command line. */
export type GeneratorOptions = {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly connections: number;
  readonly events: number;
  readonly mix: Mix;
  readonly participants: number;
  readonly seed: number;
  /** When the story of the events begins, ms since 1970: the same seed and start give the same events. */
  readonly start: number;
  /** Events a second; undefined: as fast as the answers come. */
  readonly rate: number | undefined;
};

/** What it says at its end, as JSON on its standard output. Times in milliseconds. */
export type GeneratorResult = {
  readonly acknowledged: number;
  readonly refused: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** CPU time of the generator itself for each event, µs: says how far it is from being the limit. */
  readonly ownCpuUs: number;
  readonly bytes: number;
};

/** Prepared requests go out on raw sockets, each connection waiting for its answer: nothing is made, signed or parsed meanwhile. */
async function run(options: GeneratorOptions): Promise<GeneratorResult> {
  const texts = eventTexts(options.mix, options.events, options.seed, options.start, options.participants);
  const requests = httpRequests(texts, options.secret, options.path);
  process.stdout.write(`${JSON.stringify({ ready: requests.length })}\n`);
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const latencies: number[] = [];
  const started = performance.now();
  const cpu = process.cpuUsage();
  let next = 0;
  let refused = 0;
  const due = (index: number) => (options.rate === undefined ? 0 : started + (index * 1000) / options.rate);

  const connection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(options.port, '127.0.0.1');
      socket.setNoDelay(true);
      let sentAt = 0;
      const send = () => {
        const index = next;
        const request = requests[index];
        if (request === undefined) {
          socket.end();
          resolve();
          return;
        }
        next += 1;
        const wait = due(index) - performance.now();
        const write = () => {
          sentAt = performance.now();
          socket.write(request);
        };
        if (wait > 1) setTimeout(write, wait);
        else write();
      };
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on('data', (answer: Buffer) => {
        latencies.push(performance.now() - sentAt);
        if (answer.toString('latin1', 9, 12) !== '204') refused += 1;
        send();
      });
    });
  await Promise.all(Array.from({ length: options.connections }, connection));
  const seconds = (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpu);
  latencies.sort((left, right) => left - right);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    acknowledged: latencies.length - refused,
    refused,
    seconds,
    perSecond: latencies.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    max: latencies.at(-1) ?? 0,
    ownCpuUs: (used.user + used.system) / latencies.length,
    bytes: requests.reduce((sum, { length }) => sum + length, 0),
  };
}

const result = await run(JSON.parse(process.argv[2] ?? '{}') as GeneratorOptions);
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
