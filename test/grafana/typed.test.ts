import test from 'ava';
import { media, queryByRange } from '../../grafana/src/flux/measures.js';
import { raw } from '../../grafana/src/flux/stream.js';
import { chosen, literal, typed } from '../../grafana/src/flux/text.js';
import { unknownColumns, unknownNames } from '../../grafana/src/lint/columns.js';
import { asGrafana, type Filling } from './as-grafana.js';

// The compiler checks these: a line below that compiled would be an error of its own.
export const REFUSED = () => [
  // @ts-expect-error there is no such measurement
  raw('zoom_quality', 'poor'),
  // @ts-expect-error there is no such field
  raw('zoom_qos', 'badness'),
  // @ts-expect-error a tag is no field
  raw('zoom_qos', 'site'),
  // @ts-expect-error a field of another measurement
  raw('zoom_cpu', 'latency_ms'),
  // @ts-expect-error a field is no tag
  raw('zoom_qos', 'poor').group('latency_ms'),
  // @ts-expect-error there is no such tag
  raw('zoom_qos', 'poor').where({ office: { is: 'Riverton' } }),
  // @ts-expect-error a tag of another measurement
  raw('zoom_cpu', 'system_max_pct').group('stream'),
  // @ts-expect-error the bridge's own points have no site
  raw('qss_bridge', 'waiting').group('site'),
  // @ts-expect-error rollups by place have no client version
  media(['poor_pct'], { family: 'zoom_place', by: ['client_version'] }),
  // @ts-expect-error rollups by client have no site
  media(['poor_pct'], { family: 'zoom_client', by: [], where: { site: { chosenIn: 'site' } } }),
  // @ts-expect-error there is no such mean
  media(['mos'], { family: 'zoom_place', by: [] }),
];

const FILLING: Filling = {
  from: 0,
  to: 3_600_000,
  windowMs: 5_000,
  bucket: 'zoom',
  organization: 'org',
  variables: {},
};

test('texts in queries are escaped, and nothing that Grafana could take for a variable comes in', (t) => {
  t.is(literal('a"b\\c'), '"a\\"b\\\\c"');
  t.throws(() => literal('${site}'), { message: /look for a variable/ });
  t.is(chosen('site'), '/^${site:regex}$/');
  t.is(typed('search'), '/(?i)${search:regex}/');
});

test('what is chosen or typed ends in a regular expression that fits just that', (t) => {
  const fill = (query: string, variables: Filling['variables']) =>
    asGrafana(query, { ...FILLING, variables });
  t.is(fill(chosen('site'), { site: ['A/B (C)'] }), '/^A\\/B \\(C\\)$/');
  t.is(fill(chosen('site'), { site: ['A', 'B.'] }), '/^(A|B\\.)$/');
  t.is(fill(chosen('site'), { site: { all: '.*' } }), '/^.*$/');
  t.throws(() => fill('${office:regex}', {}), { message: /no variable/ });
  t.throws(() => fill('$site', {}), { message: /without braces/ });
  t.throws(() => fill('v.rangeStart', {}), { message: /no macro/ });
});

test('windows are never below a minute, and each range reads its source', (t) => {
  const query = queryByRange(media(['poor_pct'], { family: 'zoom_place', by: [], overTime: true }));
  t.regex(query, /if int\(v: v\.windowPeriod\) < int\(v: finest\) then finest else v\.windowPeriod/);
  t.regex(query, /finest = if isShort then 1m else if isMedium then 5m else 1h/);
  t.notRegex(query, /every: v\.windowPeriod/);
  t.regex(query, /"zoom_place_5m" else "zoom_place_1h"/);
});

test('the linter knows a column by the schema, or by the query that makes it', (t) => {
  t.deepEqual(unknownColumns('|> filter(fn: (r) => r.site == "x" and r.office == "y")'), ['office']);
  t.deepEqual(unknownColumns('|> group(columns: ["site", "office"])'), ['office']);
  t.deepEqual(
    unknownColumns('|> map(fn: (r) => ({r with share: 1.0})) |> filter(fn: (r) => r.share > 0.0)'),
    [],
  );
  t.deepEqual(unknownNames('|> filter(fn: (r) => r._measurement == "zoom_x" and r._field == "poor")'), [
    'zoom_x',
  ]);
  t.deepEqual(unknownNames('|> filter(fn: (r) => r._field == "badness")'), ['badness']);
});
