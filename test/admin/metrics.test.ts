import test from 'ava';
import { createMetrics } from '../../src/admin/metrics.js';
import { startAdmin } from './start-admin.js';
import { statusOf } from './status-of.js';

type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};
type Family = { readonly type: string; readonly help: string; readonly samples: Sample[] };

/** Reads the text format of Prometheus, strictly: a line that is none of its forms throws. */
function parse(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const help = /^# HELP ([a-zA-Z_:][\w:]*) (\S.*)$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    const sample =
      /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?[\d.]+(?:e[+-]?\d+)?|NaN|[+-]Inf|Nan)$/i.exec(
        line,
      );
    if (help !== null) helps.set(help[1] ?? '', help[2] ?? '');
    else if (type !== null) {
      const [, name = '', kind = ''] = type;
      if (families.has(name)) throw new Error(`TYPE twice: ${line}`);
      families.set(name, { type: kind, help: helps.get(name) ?? '', samples: [] });
    } else if (sample !== null) {
      const [, name = '', labels = '', value = ''] = sample;
      const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
      if (family === undefined) throw new Error(`no TYPE before: ${line}`);
      family.samples.push({
        name,
        labels: Object.fromEntries(
          [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]),
        ),
        value: Number(value),
      });
    } else throw new Error(`not a line of the format: ${line}`);
  }
  return families;
}

const valuesOf = (families: Map<string, Family>, name: string, label = '') =>
  Object.fromEntries(
    (families.get(`qss_bridge_${name}`)?.samples ?? []).map(({ labels, value }) => [
      labels[label] ?? '',
      value,
    ]),
  );

async function scrape(status = statusOf()): Promise<Map<string, Family>> {
  return parse(await createMetrics(() => status).render());
}

test('every line of /metrics is valid, and every metric has a help text and a sample', async (t) => {
  const { url } = await startAdmin(t, statusOf());
  const text = await (await fetch(`${url}/metrics`)).text();
  t.true(text.endsWith('\n'));
  const families = parse(text);
  t.true(families.size > 20);
  for (const [name, { help, samples }] of families) {
    t.true(help.length > 5, name);
    if (name.startsWith('qss_bridge_')) t.true(samples.length > 0, name);
    for (const { value } of samples) t.false(Number.isNaN(value) && name.startsWith('qss_bridge_'), name);
  }
});

test('what ends in _total is a counter, and nothing else of ours is one', async (t) => {
  for (const [name, { type }] of await scrape())
    if (name.startsWith('qss_bridge_')) t.is(type, name.endsWith('_total') ? 'counter' : 'gauge', name);
});

test('the figures are those of the status', async (t) => {
  const families = await scrape();
  t.deepEqual(valuesOf(families, 'events_accepted_total'), { '': 10_107 });
  t.deepEqual(valuesOf(families, 'events_finished', 'outcome'), {
    written: 10_000,
    repeated: 40,
    ignored: 7,
    quarantined: 10,
  });
  t.deepEqual(valuesOf(families, 'events_waiting'), { '': 50 });
  t.deepEqual(valuesOf(families, 'requests_rejected_total', 'reason'), {
    signature_mismatch: 3,
    timestamp_stale: 1,
  });
  t.deepEqual(valuesOf(families, 'received_bytes_total'), { '': 12_345_678 });
  t.deepEqual(valuesOf(families, 'points_written_total', 'measurement'), { zoom_qos: 50_000, zoom_cpu: 900 });
  t.deepEqual(valuesOf(families, 'events_left_out_total', 'reason'), { unknown_event: 7, not_decodable: 10 });
  t.deepEqual(valuesOf(families, 'values_left_out_total', 'reason'), { value_unreadable: 2 });
  t.deepEqual(valuesOf(families, 'lines_refused_total', 'reason'), { influx_bad_line: 1 });
  t.deepEqual(valuesOf(families, 'spool_bytes'), { '': 40_960 });
  t.deepEqual(valuesOf(families, 'spool_max_bytes'), { '': 4 * 1024 ** 3 });
  t.deepEqual(valuesOf(families, 'quarantine_items'), { '': 12 });
  t.deepEqual(valuesOf(families, 'lag_seconds'), { '': 1.5 });
  t.deepEqual(valuesOf(families, 'influxdb_writable'), { '': 1 });
  t.deepEqual(valuesOf(families, 'last_event_timestamp_seconds'), {
    '': Date.UTC(2025, 9, 9, 8, 54, 17) / 1000,
  });
  t.deepEqual(valuesOf(families, 'last_url_validation_timestamp_seconds'), {
    '': Date.UTC(2025, 9, 9, 6, 54, 21) / 1000,
  });
  t.deepEqual(valuesOf(families, 'build_info', 'version'), { '9.8.7': 1 });
});

test('nothing received yet is told as 0, not left out', async (t) => {
  const families = await scrape(
    statusOf({
      receiver: { lastAcceptedAt: undefined, lastValidationAt: undefined, rejected: {} },
      spool: { oldestWaitingAt: undefined },
      writer: { obstacle: { reason: 'unreachable', message: 'x' } },
    }),
  );
  t.deepEqual(valuesOf(families, 'last_event_timestamp_seconds'), { '': 0 });
  t.deepEqual(valuesOf(families, 'last_url_validation_timestamp_seconds'), { '': 0 });
  t.deepEqual(valuesOf(families, 'lag_seconds'), { '': 0 });
  t.deepEqual(valuesOf(families, 'influxdb_writable'), { '': 0 });
});

test('asking twice changes no figure', async (t) => {
  const metrics = createMetrics(() => statusOf());
  const ours = async () =>
    (await metrics.render()).split('\n').filter((line) => line.startsWith('qss_bridge_'));
  t.deepEqual(await ours(), await ours());
});

test('the figures of one answer are of one moment, also when many ask at once', async (t) => {
  let accepted = 0;
  const metrics = createMetrics(() => {
    accepted += 1000;
    const written = accepted - 300;
    return statusOf({
      counts: { accepted, written, repeated: 100, ignored: 100, quarantined: 50, waiting: 50 },
    });
  });
  const texts = await Promise.all(Array.from({ length: 20 }, () => metrics.render()));
  const seen = texts.map((text) => {
    const families = parse(text);
    const finished = Object.values(valuesOf(families, 'events_finished', 'outcome')).reduce(
      (sum, value) => sum + value,
      0,
    );
    const [total] = Object.values(valuesOf(families, 'events_accepted_total'));
    t.is(total, finished + (valuesOf(families, 'events_waiting')[''] ?? 0));
    return total;
  });
  t.is(new Set(seen).size, 20);
});

test('labels are of fixed names and there is none for a person, a meeting or an event of any name', async (t) => {
  const ours = [...(await scrape())].filter(([name]) => name.startsWith('qss_bridge_'));
  const names = new Set(
    ours.flatMap(([, { samples }]) => samples.flatMap(({ labels }) => Object.keys(labels))),
  );
  t.deepEqual([...names].sort(), ['measurement', 'outcome', 'reason', 'version']);
});

test('there are figures about the process itself', async (t) => {
  const families = await scrape();
  for (const name of [
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'nodejs_eventloop_lag_seconds',
  ])
    t.true(families.has(name), name);
});
