import test from 'ava';
import { readId, readName, readNumberId, readText } from '../../src/zoom/identifier.js';
import { shown } from './shown.js';

const NUMBER_IDS: [unknown, string | undefined][] = [
  ['85100000001', '85100000001'],
  [85_100_000_001, '85100000001'],
  ['851 0000 0001', '85100000001'],
  ['851-0000-0001', '85100000001'],
  [' 85100000001\n', '85100000001'],
  ['6900000000000000778', '6900000000000000778'],
  [9_007_199_254_740_991, '9007199254740991'],
  ['string', 'string'],
  ['D444CD06-2ABB', 'D444CD06-2ABB'],
  [8.5e21, undefined],
  [1.5, undefined],
  [Number.NaN, undefined],
  ['', undefined],
  ['  ', undefined],
  ['-', undefined],
  ['N/A', undefined],
  ['null', undefined],
  [null, undefined],
  [undefined, undefined],
  [true, undefined],
  [{}, undefined],
  [[], undefined],
];

for (const [value, expected] of NUMBER_IDS)
  test(`the meeting number or join number ${shown(value)} is ${expected ?? 'left out'}`, (t) => {
    t.is(readNumberId(value), expected);
  });

test('a number that a double can not hold exactly is left out, never rounded', (t) => {
  t.is(readId(2 ** 53), undefined);
  t.is(readId(2 ** 53 - 1), '9007199254740991');
});

for (const uuid of ['/aB//c+D==', 'abcdEFGH1234ijklMNOP5w==', '%2FaB', 'a b-c'])
  test(`the uuid ${uuid} is kept as received`, (t) => t.is(readId(uuid), uuid));

const TEXTS: [unknown, string | undefined][] = [
  ['Wired', 'Wired'],
  [' two blanks ', ' two blanks '],
  [8801, '8801'],
  [false, 'false'],
  ['', undefined],
  [' \t', undefined],
  ['-', undefined],
  ['n/a', undefined],
  ['null', undefined],
  [null, undefined],
  [{}, undefined],
  [['x'], undefined],
];

for (const [value, expected] of TEXTS)
  test(`the detail ${shown(value)} is ${expected === undefined ? 'left out' : shown(expected)}`, (t) => {
    t.is(readText(value), expected);
  });

for (const name of ['Na', 'Null', 'None', 'Undefined', 'NA'])
  test(`a person may be called ${name}`, (t) => t.is(readName(name), name));

for (const name of ['', ' ', '-', '--', 'N/A', 'n/a'])
  test(`nobody is called ${shown(name)}`, (t) => t.is(readName(name), undefined));
