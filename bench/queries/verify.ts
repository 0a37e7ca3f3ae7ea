import { ROLLUPS, type Rollup, type RollupDefinition } from '../../src/points/rollup-schema.js';
import { FAMILY_IMPORTS, familyFlux } from '../../src/rollups/family-flux.js';
import { windowAt, windowMs } from '../../src/rollups/windows.js';

type Row = Record<string, unknown>;
type Query = (flux: string) => Promise<readonly Row[]>;

const TOLERANCE = 1e-6;

/**
 * Makes the last windows before a time with the Flux of the tasks, into a bucket of its own, and compares.
 *
 * @returns a line for each family
 */
export async function verify(query: Query, end: number, checkBucket: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const rollup of Object.keys(ROLLUPS) as Rollup[]) {
    const { resolutions }: RollupDefinition = ROLLUPS[rollup];
    for (const resolution of resolutions.filter((one) => one !== '1d')) {
      const start = end - windowMs(resolution);
      const window = windowAt(resolution, start);
      await query(
        `${FAMILY_IMPORTS}\n${familyFlux(rollup, [window], { bucket: 'zoom', rollupBucket: checkBucket })}`,
      );
      const read = async (bucket: string) =>
        valuesOf(
          await query(
            `from(bucket: "${bucket}") |> range(start: ${window.start}, stop: ${window.stop})
            |> filter(fn: (r) => r._measurement == "${rollup}_${resolution}")`,
          ),
          `${rollup === 'zoom_calls' ? 'call' : 'meeting'}_text`,
        );
      lines.push(compare(`${rollup}_${resolution}`, await read(checkBucket), await read('zoom_rollup')));
    }
  }
  return lines;
}

/** Values by tags and field; in lists by the text at their time, since the times differ. */
function valuesOf(rows: readonly Row[], textField: string): ReadonlyMap<string, unknown> {
  const texts = new Map(
    rows.filter((row) => row['_field'] === textField).map((row) => [row['_time'], row['_value']]),
  );
  return new Map(
    rows.map((row) => {
      const tags = Object.entries(row).filter(
        ([name]) => !['_start', '_stop', '_time', '_value', 'result', 'table'].includes(name),
      );
      return [
        JSON.stringify([tags.sort(([left], [right]) => (left < right ? -1 : 1)), texts.get(row['_time'])]),
        row['_value'],
      ];
    }),
  );
}

function compare(
  name: string,
  real: ReadonlyMap<string, unknown>,
  ours: ReadonlyMap<string, unknown>,
): string {
  const isSame = (left: unknown, right: unknown) =>
    left === right ||
    Math.abs(Number(left) - Number(right)) <= TOLERANCE * Math.max(1, Math.abs(Number(left)));
  const others = [...real].filter(([key, value]) => !ours.has(key) || !isSame(value, ours.get(key)));
  const more = [...ours.keys()].filter((key) => !real.has(key)).length;
  const [example] = others;
  const told =
    example === undefined ? '' : `, such as ${example[0]}: ${example[1]} and ${ours.get(example[0])}`;
  return `${name}: ${real.size} values of InfluxDB, ${others.length} differ, ${more} are ours alone${told}`;
}
