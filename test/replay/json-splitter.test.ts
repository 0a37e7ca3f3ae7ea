import test from 'ava';
import fc from 'fast-check';
import { JsonSplitter, type Piece } from '../../src/replay/json-splitter.js';

/** What the splitter finds, in short: the bytes of objects, the problems of the rest. */
function split(text: string | Buffer, chunkBytes = Number.POSITIVE_INFINITY): string[] {
  return pieces(Buffer.from(text), chunkBytes).map((piece) =>
    piece.kind === 'object' ? `${piece.line} ${piece.bytes}` : `${piece.line} ! ${piece.problem}`,
  );
}

function pieces(bytes: Buffer, chunkBytes: number): Piece[] {
  const splitter = new JsonSplitter();
  const found: Piece[] = [];
  for (let from = 0; from < bytes.length; from += chunkBytes)
    found.push(...splitter.push(bytes.subarray(from, from + chunkBytes)));
  return [...found, ...splitter.end()];
}

const A = '{"event":"a","text":"]}{[ \\" \\\\","n":[1,{"x":[]}]}';
const B = '{"event":"b"}';

const FORMS: readonly [what: string, text: string, found: readonly string[]][] = [
  ['one object a line', `${A}\n${B}\n`, [`1 ${A}`, `2 ${B}`]],
  ['no line break at the end', `${A}\n${B}`, [`1 ${A}`, `2 ${B}`]],
  ['lines that end as on Windows, and empty ones', `${A}\r\n\r\n  \n${B}\r\n`, [`1 ${A}`, `4 ${B}`]],
  ['a byte order mark', `\ufeff${A}\n`, [`1 ${A}`]],
  ['one behind the other', `${A}${B} ${A}`, [`1 ${A}`, `1 ${B}`, `1 ${A}`]],
  ['a list', `[${A},${B}]`, [`1 ${A}`, `1 ${B}`]],
  ['a list with an object a line', `[\n${A},\n${B}\n]\n`, [`2 ${A}`, `3 ${B}`]],
  ['several lists', `[${A}]\n[${B}]`, [`1 ${A}`, `2 ${B}`]],
  ['a list of lists', `[[${A}],[${B}]]`, [`1 ${A}`, `1 ${B}`]],
  ['an empty list', '[]', []],
  ['nothing', '', []],
  ['an object over several lines', JSON.stringify(JSON.parse(A), null, 2), [`1 ${A}`]],
  [
    'such objects in a list',
    JSON.stringify([JSON.parse(A), { event: 'b' }], null, '\t'),
    [`2 ${A}`, `12 ${B}`],
  ],
  [
    'an object printed without indentation',
    JSON.stringify(JSON.parse(A), null, '').replaceAll(',', ',\n'),
    [`1 ${A}`],
  ],
  [
    'a page of webhook logs',
    `{"page_size":30,"webhook_logs":[${A},${B}],"next":[1,{}]}`,
    [`1 ${A}`, `1 ${B}`],
  ],
  [
    'pages, one a line',
    `{"webhook_logs":[${A}]}\n{"webhook_logs":[]}\n{"webhook_logs" : [${B}]}`,
    [`1 ${A}`, `3 ${B}`],
  ],
  [
    'a list of pages over several lines',
    JSON.stringify(
      [
        { webhook_logs: [{ event: 'b' }], page_size: 1 },
        { p: 1, webhook_logs: [{ event: 'b' }] },
      ],
      null,
      2,
    ),
    [`4 ${B}`, `13 ${B}`],
  ],
  [
    'an event that speaks of webhook_logs',
    '{"event":"\\"webhook_logs\\":[{"}',
    ['1 {"event":"\\"webhook_logs\\":[{"}'],
  ],
  ['white space inside of one line stays', '{"event": "b" }', ['1 {"event": "b" }']],
  [
    'numbers keep their digits',
    '{\n"a": 1.0, "b": 9007199254740993,"c":1e3}',
    ['1 {"a":1.0,"b":9007199254740993,"c":1e3}'],
  ],
];

for (const [what, text, found] of FORMS)
  test(`${what}: every object is found with its own bytes, however the bytes come in`, (t) => {
    t.deepEqual(split(text), found);
    for (const size of [1, 2, 3, 7, 64]) t.deepEqual(split(text, size), found, `in chunks of ${size}`);
  });

const BROKEN: readonly [what: string, text: string, found: readonly (string | RegExp)[]][] = [
  ['text', `hello\n${B}`, [/^1 ! this is not a JSON object/, `2 ${B}`]],
  ['a line that ends in a string', `{"event":"a","x":"y\n${B}\n`, [/^1 ! a string is cut off/, `2 ${B}`]],
  [
    'a line that ends between tokens',
    `{"event":"a","x":{"y":1\n${B}\n${A}\n`,
    [/^1 ! this object is cut off/, `2 ${B}`, `3 ${A}`],
  ],
  [
    'a line that ends behind a comma in a list',
    `{"event":"a","x":[1,\n${B}\n${A}\n`,
    [/^1 ! this object is cut off/, `2 ${B}`, `3 ${A}`],
  ],
  [
    'a line that ends behind a colon',
    `{"event":"a","x":\n${B}\n${A}\n`,
    [/^1 ! this object is cut off/, `2 ${B}`, `3 ${A}`],
  ],
  ['two cut lines', `{"event":"a"\n{"event":\n${B}`, [/^1 ! /, /^2 ! /, `3 ${B}`]],
  ['brackets that do not fit', `{"a":[1}\n${B}`, [/^1 ! brackets/, `2 ${B}`]],
  ['no JSON inside of brackets', `{a:1}\n${B}`, [/^1 ! this is not JSON/, `2 ${B}`]],
  ['something behind an object', `${A} x\n${B}`, [`1 ${A}`, /^1 ! /, `2 ${B}`]],
  ['values that are no objects', `1\n"x"\nnull\n[1,2]\n${B}`, [/^1 ! /, /^2 ! /, /^3 ! /, /^4 ! /, `5 ${B}`]],
  ['the last line cut', `${B}\n{"event":"a`, [`1 ${B}`, /^2 ! the input ends within/]],
  [
    'a broken one among those over several lines',
    '[\n  {\n    "event": a,\n    "x": {\n      "y": 1\n    }\n  },\n  {\n    "event": "b"\n  }\n]',
    [/^2 ! this is not JSON/, `8 ${B}`],
  ],
  ['a page that is cut', `{"webhook_logs":[${B},\n${B}`, [`1 ${B}`, `2 ${B}`]],
  [
    'a broken entry of a page',
    `{"webhook_logs":[\n${B},\n{"event":x},\n${B}\n]}\n${B}`,
    [`2 ${B}`, /^3 ! /, `4 ${B}`, `6 ${B}`],
  ],
];

for (const [what, text, expected] of BROKEN)
  test(`${what}: it is told with its line, and the rest is read`, (t) => {
    for (const size of [Number.POSITIVE_INFINITY, 1, 5]) {
      const found = split(text, size);
      t.is(found.length, expected.length, JSON.stringify(found));
      for (const [index, one] of expected.entries())
        if (typeof one === 'string') t.is(found[index], one);
        else t.regex(found[index] ?? '', one);
    }
  });

const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 5 });

test('any objects in any form come out as they went in, in chunks of any size', (t) => {
  fc.assert(
    fc.property(
      fc.array(json, { maxLength: 6 }),
      fc.constantFrom(0, 1, 2, 8),
      fc.constantFrom('lines', 'list'),
      fc.integer({ min: 1, max: 50 }),
      (objects, indent, form, size) => {
        const text =
          form === 'list'
            ? JSON.stringify(objects, null, indent)
            : objects.map((one) => JSON.stringify(one, null, indent)).join('\n');
        const found = pieces(Buffer.from(text), size).map((piece) =>
          piece.kind === 'object' ? piece.bytes.toString() : piece,
        );
        t.deepEqual(
          found,
          objects.map((one) => JSON.stringify(one)),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('any bytes at all between two lines with events neither throw nor hide the events', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n1ax\u00e9') }),
      fc.integer({ min: 1, max: 9 }),
      (rubbish, size) => {
        const found = split(`${B}\n${rubbish}\n${B}\n${A}\n${B}\n${A}\n`, size);
        t.true(found[0] === `1 ${B}`);
        t.true(
          found.some((one) => one.endsWith(` ${A}`)),
          JSON.stringify([rubbish, found]),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
