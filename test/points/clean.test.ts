import test from 'ava';
import fc from 'fast-check';
import { cleanTag, cleanText, MAX_TAG_LENGTH, MAX_TEXT_LENGTH, UNKNOWN } from '../../src/points/clean.js';
import { tagText } from '../../src/points/line.js';

const TAGS: [what: string, value: string | undefined, expected: string][] = [
  ['plain text stays', 'Sampletown (US)', 'Sampletown (US)'],
  ['commas, equals signs and quotes stay', 'a, b=c "d"', 'a, b=c "d"'],
  ['accents, emoji and writing from the right stay', 'Zoë 🦩 אבג', 'Zoë 🦩 אבג'],
  ['white space around goes', ' \t\n a b \u00a0\r', 'a b'],
  ['a line feed is written out', 'a\nb', 'a\\nb'],
  ['carriage return and tab are written out', 'a\r\n\tb', 'a\\r\\n\\tb'],
  ['other control characters go', 'a\u0000b\u0007c\u007fd\u0085e', 'abcde'],
  ['separators of lines and paragraphs go', 'a\u2028b\u2029c', 'abc'],
  ['a lone surrogate becomes U+FFFD', 'a\ud83eb', 'a\ufffdb'],
  ['a backslash inside stays', 'CORP\\user', 'CORP\\user'],
  ['two backslashes in front stay', '\\\\server\\share', '\\\\server\\share'],
  ['a backslash at the end goes', 'C:\\', 'C:'],
  ['all backslashes at the end go', 'a\\\\', 'a'],
  ['backslashes with blanks between them at the end go', 'a\\ \\ ', 'a'],
  ['a backslash before a line break stays inside', 'a\\\nb', 'a\\\\nb'],
  ['a backslash before a space goes', 'C:\\ drive', 'C: drive'],
  ['a backslash before a comma goes', 'a\\,b', 'a,b'],
  ['a backslash before an equals sign goes', 'a\\=b', 'a=b'],
  ['all backslashes before a space go', 'a\\\\\\ b', 'a b'],
  ['what the removal of backslashes brings to the front goes', '\\ a', 'a'],
  ['nothing is unknown', undefined, UNKNOWN],
  ['empty is unknown', '', UNKNOWN],
  ['white space is unknown', ' \t ', UNKNOWN],
  ['a dash is unknown', '-', UNKNOWN],
  ['N/A is unknown', 'N/A', UNKNOWN],
  ['a dash beside control characters is unknown', '\u0001-', UNKNOWN],
  ['only backslashes are unknown', '\\\\', UNKNOWN],
  ['only control characters are unknown', '\u0001\u0002', UNKNOWN],
  ['256 characters stay', 'x'.repeat(256), 'x'.repeat(256)],
  ['what is over 256 goes', 'x'.repeat(257), 'x'.repeat(256)],
  ['an emoji is not cut in two', `${'x'.repeat(255)}🦩`, 'x'.repeat(255)],
  ['a written-out line break is not cut in two', `${'x'.repeat(255)}\nb`, 'x'.repeat(255)],
  ['a space that cutting brings to the end goes', `${'x'.repeat(255)} b`, 'x'.repeat(255)],
];

for (const [what, value, expected] of TAGS) test(`tags: ${what}`, (t) => t.is(cleanTag(value), expected));

const TEXTS: [what: string, value: string | undefined, expected: string | undefined][] = [
  ['plain text stays', 'Ada Example', 'Ada Example'],
  ['white space around stays', ' a ', ' a '],
  ['line feed, carriage return and tab stay', 'a\r\n\tb', 'a\r\n\tb'],
  ['other control characters go', 'a\u0000b\u007fc\u009fd', 'abcd'],
  ['a lone surrogate becomes U+FFFD', '\udd8a!', '\ufffd!'],
  ['backslashes stay, also at the end', 'C:\\', 'C:\\'],
  ['quotes stay', '"a"', '"a"'],
  ['words that others use for nothing stay', 'Null', 'Null'],
  ['nothing is left out', undefined, undefined],
  ['empty is left out', '', undefined],
  ['white space is left out', ' \n ', undefined],
  ['only control characters are left out', '\u0001', undefined],
  ['4096 characters stay', 'x'.repeat(4096), 'x'.repeat(4096)],
  ['what is over 4096 goes', 'x'.repeat(10_000), 'x'.repeat(4096)],
  ['an emoji is not cut in two', `${'x'.repeat(4095)}🦩`, 'x'.repeat(4095)],
];

for (const [what, value, expected] of TEXTS) test(`texts: ${what}`, (t) => t.is(cleanText(value), expected));

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.string({ maxLength: 600 }));

test('a cleaned tag has no line break, nothing that ends it early, and is not too long', (t) => {
  fc.assert(
    fc.property(anyText, (value) => {
      const clean = cleanTag(value);
      t.true(clean.isWellFormed());
      t.true(clean.length > 0 && clean.length <= MAX_TAG_LENGTH);
      t.notRegex(clean, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\\(?=[ ,=]|$)/);
      t.regex(tagText('t', value), /^,t=(?:[^ ,=\\]|\\.)+$/su);
    }),
  );
});

test('cleaning what is clean changes nothing', (t) => {
  fc.assert(
    fc.property(anyText, (value) => {
      t.is(cleanTag(cleanTag(value)), cleanTag(value));
      t.is(cleanText(cleanText(value)), cleanText(value));
      t.true((cleanText(value)?.length ?? 0) <= MAX_TEXT_LENGTH);
    }),
  );
});
