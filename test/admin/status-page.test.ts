import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findReceptionNotices } from '../../src/admin/reception.js';
import { PACKAGE_ROOT } from '../../src/version.js';
import { findChromium, startBrowser } from '../helpers/browser.js';
import { until } from '../helpers/until.js';
import { startAdmin } from './start-admin.js';
import { statusOf } from './status-of.js';

/** What the tests ask inside the page. */
const IN_PAGE = join(PACKAGE_ROOT, 'test/admin/in-page.js');

const test = anyTest as TestFn<{ browser: Browser }>;

test.before(async (t) => {
  t.context = { browser: await startBrowser() };
});
test.after.always(async (t) => {
  await t.context.browser?.close();
});

const NOW = statusOf().now;

const UNREACHABLE = {
  state: 'degraded',
  problems: [
    {
      code: 'unreachable',
      severity: 'degraded',
      what: 'InfluxDB takes no points: connect ECONNREFUSED 127.0.0.1:8086',
      fix: 'check that InfluxDB runs and that INFLUX_URL is right; events wait on disk meanwhile',
    },
  ],
  writer: {
    obstacle: { reason: 'unreachable', message: 'connect ECONNREFUSED 127.0.0.1:8086' },
    obstacleSince: statusOf().now - 25 * 60_000,
  },
  counts: {
    accepted: 1_234_567,
    written: 1_200_000,
    repeated: 4321,
    ignored: 0,
    quarantined: 46,
    waiting: 30_200,
  },
} as const;

const UNAVAILABLE = {
  state: 'unavailable',
  problems: [
    {
      code: 'storage',
      severity: 'unavailable',
      what: "events can't be stored: the spool holds SPOOL_MAX_BYTES (4294967296 bytes) of waiting events",
      fix: 'make room on the disk of DATA_DIR or raise SPOOL_MAX_BYTES; Zoom tries again for 85 minutes',
    },
    ...UNREACHABLE.problems,
  ],
  writer: UNREACHABLE.writer,
  spool: { bytes: 4 * 1024 ** 3, oldestWaitingAt: statusOf().now - 3 * 86_400_000 },
} as const;

/** A page with everything that the browser complained about. */
type Watched = { readonly page: Page; readonly complaints: string[] };

async function open(
  t: ExecutionContext<{ browser: Browser }>,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await t.context.browser.newContext(options);
  t.teardown(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`asked for ${request.url()}`);
  });
  await page.addInitScript({ path: IN_PAGE });
  await page.goto(url);
  await until('the page is filled', async () => (await page.evaluate('inPage.isFilled()')) === true, 15_000);
  return { page, complaints };
}

const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? '';

/** The value beside a term. */
const valueAt = (page: Page, term: string) => page.evaluate(`inPage.textBeside(${JSON.stringify(term)})`);

test.serial(
  'the page shows that all is well, the counts and what Zoom last sent, without a complaint of the browser',
  async (t) => {
    const { url } = await startAdmin(t, statusOf());
    const { page, complaints } = await open(t, url);
    t.is(await textOf(page, '#state'), 'everything works');
    t.is(await textOf(page, '#problems'), 'Nothing.');
    t.is(await textOf(page, '#about'), 'version 9.8.7, up 60 min');
    for (const [term, value] of [
      ['accepted', '10,107'],
      ['written', '10,000'],
      ['repeated', '40'],
      ['ignored', '7'],
      ['quarantined', '10'],
      ['waiting', '50'],
      ['Webhook', 'http://0.0.0.0:8080/zoom/webhook'],
      ['Last event', '4 s ago'],
      ['Last URL validation', '2 h ago (2025-10-09 06:54 UTC)'],
      ['Zoom’s delay', '1.2 s'],
      ['On disk', '40 KiB of 4 GiB'],
      ['Items in quarantine', '12'],
      ['Takes points', 'yes'],
      ['meeting.participant_qos', '4 s ago'],
      ['signature_mismatch', '3'],
      ['zoom_qos', '50,000'],
      ['not_decodable', '10'],
      ['ZOOM_SECRET_TOKEN', '1 set'],
    ] as const)
      t.is(await valueAt(page, term), value, term);
    t.is(await page.title(), 'QSS Bridge');
    t.deepEqual(complaints, []);
  },
);

test.serial(
  'the page updates by itself, and shows a problem with what to do when it comes and no more when it is gone',
  async (t) => {
    const { url, show } = await startAdmin(t, statusOf());
    const { page, complaints } = await open(t, url);
    show(statusOf(UNREACHABLE));
    await page.locator('#state.degraded').waitFor({ timeout: 15_000 });
    t.is(await textOf(page, '#state'), 'receiving, but not writing: events wait on disk');
    const problem = await textOf(page, '#problems');
    t.true(problem.includes('InfluxDB takes no points: connect ECONNREFUSED 127.0.0.1:8086 (for 25 min)'));
    t.true(problem.includes('What to do: check that InfluxDB runs'));
    t.is(await valueAt(page, 'waiting'), '30,200');
    t.is(await valueAt(page, 'Takes points'), 'no, for 25 min');
    t.true((await page.title()).startsWith('▲'));
    show(statusOf());
    await page.locator('#state.ok').waitFor({ timeout: 15_000 });
    t.is(await textOf(page, '#problems'), 'Nothing.');
    t.deepEqual(complaints, []);
  },
);

test.serial('the page says when the bridge does not answer, and goes on when it does again', async (t) => {
  const { url, show } = await startAdmin(t, statusOf());
  const { page } = await open(t, url);
  show({
    ...statusOf(),
    get counts(): never {
      throw new Error('away');
    },
  });
  await page.locator('#state.unavailable').waitFor({ timeout: 15_000 });
  t.is(await textOf(page, '#state'), 'the bridge does not answer');
  t.is(await valueAt(page, 'accepted'), '10,107', 'what was last known stays');
  show(statusOf());
  await page.locator('#state.ok').waitFor({ timeout: 15_000 });
});

test.serial('before anything was received the page says so in words', async (t) => {
  const { url } = await startAdmin(
    t,
    statusOf({
      counts: { accepted: 0, written: 0, repeated: 0, ignored: 0, quarantined: 0, waiting: 0 },
      receiver: {
        lastAcceptedAt: undefined,
        lastValidationAt: undefined,
        delayMs: undefined,
        lastEventAt: {},
        rejected: {},
      },
      spool: { bytes: 0, oldestWaitingAt: undefined },
      writer: {
        url: undefined,
        tally: { ...statusOf().writer.tally, points: {}, events: {}, omissions: {}, refusals: {} },
      },
    }),
  );
  const { page, complaints } = await open(t, url);
  t.is(await valueAt(page, 'Last event'), 'never since the start');
  t.is(await valueAt(page, 'Zoom’s delay'), 'unknown');
  t.is(await valueAt(page, 'Oldest waiting event'), 'none');
  t.is(await valueAt(page, 'Address'), 'not yet known');
  t.is(await valueAt(page, 'On disk'), '0 B of 4 GiB');
  t.notRegex(await textOf(page, 'main'), /undefined|NaN|null/);
  t.deepEqual(complaints, []);
});

test.serial('text of a problem or a name is shown as text, never as markup', async (t) => {
  const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  const { url } = await startAdmin(
    t,
    statusOf({
      state: 'degraded',
      problems: [{ code: 'x', severity: 'degraded', what: evil, fix: evil }],
      settings: { SITES_FILE: evil },
    }),
  );
  const { page, complaints } = await open(t, url);
  t.true((await textOf(page, '#problems')).includes(evil));
  t.is(await page.locator('main img, main script').count(), 0);
  t.is(await page.title(), '▲ QSS Bridge');
  t.deepEqual(complaints, []);
});

test.serial('what is open and selected stays so when the page updates', async (t) => {
  const { url, show } = await startAdmin(t, statusOf());
  const { page } = await open(t, url);
  await page.locator('summary', { hasText: 'Show all' }).click();
  await page.locator('#settings dd').first().selectText();
  const selected = await page.evaluate('inPage.selected()');
  show(statusOf({ counts: { waiting: 51 } }));
  await until('the next count', async () => (await valueAt(page, 'waiting')) === '51', 15_000);
  t.is(await page.evaluate('inPage.selected()'), selected);
  t.true(await page.locator('#settings').isVisible());
});

test.serial('everything can be reached by the keyboard, and what is focused can be seen', async (t) => {
  const { url } = await startAdmin(t, statusOf(UNREACHABLE));
  const { page } = await open(t, url);
  const expected = await page.locator('summary, a').allInnerTexts();
  const reached: string[] = [];
  for (const _ of expected) {
    await page.keyboard.press('Tab');
    const { text, outline } = (await page.evaluate('inPage.focused()')) as { text: string; outline: string };
    reached.push(text);
    t.not(outline, 'none', text);
  }
  t.deepEqual(
    reached,
    expected.filter((text) => text !== ''),
  );
  await page.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  t.true(await page.locator('#kinds').isVisible());
});

test.serial('a screen reader finds headings, regions, and the state as a live message', async (t) => {
  const { url } = await startAdmin(t, statusOf(UNREACHABLE));
  const { page } = await open(t, url);
  const headings = [
    'What is wrong now',
    'Is Zoom reaching me',
    'Is it getting through',
    'InfluxDB',
    'What happened last',
    'Settings in force',
  ];
  t.is(await page.getByRole('heading', { level: 1 }).textContent(), 'QSS Bridge');
  t.deepEqual(await page.getByRole('heading', { level: 2 }).allInnerTexts(), headings);
  for (const name of headings) t.is(await page.getByRole('region', { name }).count(), 1, name);
  t.is(await page.getByRole('status').textContent(), 'receiving, but not writing: events wait on disk');
  t.is(await page.getByRole('main').count(), 1);
  t.is(await page.getByRole('listitem').count(), 2);
  t.is(await page.locator('html').getAttribute('lang'), 'en');
});

/** Just installed: nothing has come yet. */
const FRESH = statusOf({
  counts: { accepted: 0, written: 0, repeated: 0, ignored: 0, quarantined: 0, waiting: 0 },
  receiver: {
    accepted: 0,
    rejected: {},
    lastEventAt: {},
    lastAcceptedAt: undefined,
    lastValidationAt: undefined,
    nextValidationAt: undefined,
    delayMs: undefined,
  },
});

/** A wrong secret, Zoom silent, the quarantine filling, and an hour to look back at. */
const EVENTFUL = statusOf({
  problems: findReceptionNotices(
    {
      ...statusOf().receiver,
      lastAcceptedAt: NOW - 7_200_000,
      lastRejectedAt: { signature_mismatch: NOW - 5_000 },
    },
    NOW - 86_400_000,
    NOW,
  ),
  quarantine: { items: 1_234 },
  history: Array.from({ length: 60 }, (_, minute) => ({
    at: NOW - (59 - minute) * 60_000,
    accepted: minute < 40 ? 150 + ((minute * 37) % 60) : 0,
    written: minute < 30 ? 150 + ((minute * 37) % 60) : 0,
    quarantined: minute > 20 && minute < 35 ? minute : 0,
    waiting: minute > 30 ? minute * 40 : 3,
  })),
  happenings: [
    {
      at: NOW - 5_000,
      level: 'warn',
      message: 'refused a request: the signature does not fit',
      reason: 'signature_mismatch',
      cause: undefined,
    },
    { at: NOW - 60_000, level: 'info', message: 'the bridge receives', reason: undefined, cause: undefined },
  ],
});

const LOOKS: readonly [name: string, status: ReturnType<typeof statusOf>][] = [
  ['ok', statusOf()],
  ['degraded', statusOf(UNREACHABLE)],
  ['unavailable', statusOf(UNAVAILABLE)],
  ['fresh', FRESH],
  ['eventful', EVENTFUL],
];

for (const [name, status] of LOOKS)
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [device, width] of [
      ['a desk', 1200],
      ['a phone', 360],
      ['a very narrow window', 280],
    ] as const)
      test.serial(
        `${name}, ${colorScheme}, on ${device}: nothing is cut off, and text has contrast enough`,
        async (t) => {
          const { url } = await startAdmin(t, status);
          const { page } = await open(t, url, { colorScheme, viewport: { width, height: 900 } });
          for (const summary of await page.locator('summary').all()) await summary.click();
          const overflow = Number(await page.evaluate('inPage.pixelsTooWide()'));
          t.true(overflow <= 0, `${overflow} px too wide`);
          const low = await page.evaluate('inPage.lowContrast()');
          t.deepEqual(low, []);
          const folder = process.env['SCREENSHOTS'];
          if (folder !== undefined)
            await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        },
      );

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const [name, status] of LOOKS)
  for (const colorScheme of ['light', 'dark'] as const)
    test.serial(`${name}, ${colorScheme}: axe finds nothing that keeps anybody out`, async (t) => {
      const { url } = await startAdmin(t, status);
      // Axe is put into the page as a script of no file, which the page's own policy rightly forbids.
      const { page } = await open(t, url, { colorScheme, bypassCSP: true });
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.addScriptTag({ content: AXE });
      const violations = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
      );
      t.deepEqual(violations, []);
    });

test.serial('without a Chromium the tests of the page fail, and say how to get one', (t) => {
  t.throws(() => findChromium({ PATH: '/nowhere' }), { message: /apt-get install chromium/ });
  t.throws(() => findChromium({ CHROMIUM: '/nowhere/chromium' }), {
    message: /CHROMIUM=\/nowhere.*apt-get install chromium/,
  });
});
