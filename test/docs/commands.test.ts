import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { COMMANDS } from '../../src/commands/main.js';
import { ROOT, readText } from '../deploy/repository.js';
import { until } from '../helpers/until.js';
import { composeFaults } from './compose-command.js';
import { blocksOf, commandsOf, DOCUMENTS, type DocCommand, namedCommandsOf } from './doc-commands.js';
import { type ReaderMachine, startReaderMachine } from './reader-machine.js';

/** A command that is typed here as it stands. */
type Typing = {
  /** What its output has to hold. */
  readonly says: RegExp;
  readonly before?: (machine: ReaderMachine) => Promise<void>;
  readonly after?: (t: ExecutionContext, machine: ReaderMachine) => Promise<void>;
};

const ERASED = { meeting: '4TUk9AqUTs2lQsbDc1v6bw==', participant: '16778240' };

const TYPED: Readonly<Record<string, Typing>> = {
  'cp .env.example .env': {
    says: /^$/,
    after: async (t, machine) => {
      t.regex((await machine.type('cat .env && rm .env')).output, /^# ?ZOOM_|^ZOOM_SECRET_TOKEN=/m);
    },
  },
  'npm run qss-bridge -- doctor --url https://your-host/zoom/webhook': {
    says: /✓ the events came to the bridge with these settings[\s\S]*\nno fault, /,
  },
  'npm run qss-bridge -- quarantine list': { before: fillQuarantine, says: /no_object +meeting\./ },
  'npm run qss-bridge -- quarantine show 1': {
    before: fillQuarantine,
    says: /reason: no_object[\s\S]*"payload":\{\}/,
  },
  'npm run qss-bridge -- quarantine retry --all': {
    before: fillQuarantine,
    says: /^[1-9]\d* marked to be tried again/m,
  },
  'qss-bridge quarantine list': { before: fillQuarantine, says: /no_object +meeting\./ },
  'qss-bridge quarantine show 12': { before: fillQuarantine, says: /reason: no_object/ },
  'qss-bridge quarantine retry --reason not_json': { says: /^\d+ marked to be tried again/m },
  'qss-bridge quarantine drop --all': { before: fillQuarantine, says: /^[1-9]\d* dropped/m },
  'qss-bridge replay --dry-run missed.json | head': { says: /^zoom_qos,.*source=meeting/m },
  'qss-bridge replay missed.json': {
    says: /^taken +3$/m,
    after: async (_t, { bridge }) => {
      await until('all three are written', async () => (await bridge.status()).counts.written >= 3);
      await bridge.drained();
    },
  },
  'qss-bridge replay --archive': { says: /^taken +[3-9]\d*$/m },
  'qss-bridge replay --archive --from 2026-01-15T08:00 --to 2026-01-15T12:00': { says: /^taken +3$/m },
  'qss-bridge backup backup-2026-01-15': {
    before: fillQuarantine,
    says: /^copied to backup-2026-01-15: 0 events waiting, [1-9]/m,
  },
  "qss-bridge erase xenia@example.com 'Xenia Sample' --yes": {
    says: /^quarantine: 0 items deleted\narchive: 0 events deleted$/m,
  },
  'curl --fail "$INFLUX_URL/api/v2/query?org=$INFLUX_ORG"': { says: /,as CSV\r?\n/ },
  'influx delete --bucket zoom --start 2026-01-01T00:00:00Z --stop 2026-12-31T00:00:00Z': {
    before: async ({ influx }) => {
      const line = (participant: string) =>
        `zoom_participant,meeting=${ERASED.meeting.replaceAll('=', '\\=')},participant=${participant} email="a" 1780000000`;
      const query = `org=${influx.org}&bucket=zoom&precision=s`;
      const { status } = await fetch(`${influx.url}/api/v2/write?${query}`, {
        method: 'POST',
        headers: { authorization: `Token ${influx.token}` },
        body: [line(ERASED.participant), line('16778241')].join('\n'),
      });
      if (status !== 204) throw new Error(`InfluxDB answered ${status}`);
    },
    says: /^$/,
    after: async (t, { influx }) => {
      const rows =
        await influx.query(`from(bucket: "zoom") |> range(start: 2026-01-01T00:00:00Z, stop: 2027-01-01T00:00:00Z)
        |> filter(fn: (r) => r._measurement == "zoom_participant" and r.meeting == "${ERASED.meeting}")`);
      t.deepEqual(
        rows.map((row) => row['participant']),
        ['16778241'],
        'the other one stays',
      );
    },
  },
  'curl -i https://qss.example.com/healthz': { says: /^HTTP\/1\.1 200 /m },
  "curl -i -X POST -d '{}' https://qss.example.com/zoom/webhook": { says: /^HTTP\/1\.1 401 /m },
  "secret='the-secret-token-of-your-app'": {
    says: /^HTTP\/1\.1 200 [\s\S]*"plainToken":"plain-token-1","encryptedToken":"[0-9a-f]{64}"/m,
  },
  'curl -s http://127.0.0.1:9464/readyz': { says: /^\{"state":"ok","can_accept":true,"can_write":true/ },
  'curl -s http://127.0.0.1:9464/status.json': {
    says: /"counts":\{"accepted":\d+,"written":\d+,"repeated":\d+,"ignored":\d+,"quarantined":\d+,"waiting":\d+\}/,
  },
};

/** Commands that are not typed here: the test that runs what they run, or why none does. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, why: string]>> = {
  'npm run demo': ['test/e2e/demo.test.ts', 'runs the demo to its end'],
  'npm test': ['scripts/test.mjs', 'is what runs this'],
  'ZOOM_SECRET_TOKEN=your-secret-token npm start': [
    'test/e2e/local-influx.test.ts',
    'runs serve with a secret and an InfluxDB of its own',
  ],
  'npm run watch': ['package.json', 'is the compiler of npm run build, and never ends'],
  'npm run check': ['scripts/test.mjs', 'runs it before all tests'],
  'npx ava build/test/points/clean.test.js': ['test/points/clean.test.ts', 'is one of these tests'],
  'qss-bridge rollup --from 2026-01-15 --to 2026-01-17': [
    'test/rollups/backfill.test.ts',
    'makes ranges and compares them with the raw points',
  ],
  "qss-bridge erase xenia@example.com 'Xenia Sample'": [
    'test/safety/erase.test.ts',
    'looks for one of two people, and compares what is left',
  ],
  'qss-bridge replay data/spool/data.mdb.damaged-20260115T102030Z': [
    'test/e2e/damaged-spool.test.ts',
    'damages a spool and takes its events back',
  ],
  'npm run torture': ['test/torture/torture.test.ts', 'does the same for less long'],
  'npm run docs': ['test/docs/schema-page.test.ts', 'compares what it would write'],
  'TOKEN=$(curl -sf -u "$CLIENT_ID:$CLIENT_SECRET" -X POST': [
    'test/replay/docs.test.ts',
    "runs the script against a server in Zoom's place",
  ],
};

/** What the query inside a `docker compose exec influxdb influx query` gives is looked at elsewhere. */
const QUERY_TEST = 'test/deploy/zoom-setup.test.ts';

let machine: ReaderMachine;
const cleaners: (() => Promise<void>)[] = [];
test.before(async () => {
  machine = await startReaderMachine({ teardown: (clean) => cleaners.push(clean) });
});
test.after.always(async () => {
  for (const clean of cleaners.reverse()) await clean();
});

let posted = 0;
async function fillQuarantine({ bridge }: ReaderMachine): Promise<void> {
  posted += 1;
  await bridge.post({ event: 'meeting.participant_qos', event_ts: 1_760_000_000_000 + posted, payload: {} });
  await until(
    'it is in quarantine',
    async () => {
      const { counts, quarantine } = await bridge.status();
      return counts.waiting === 0 && quarantine.items > 0;
    },
    30_000,
  );
}

/** The documents name an item by a number; here it is the number of one that there is. */
async function withItem(text: string): Promise<string> {
  if (!text.includes('quarantine show ')) return text;
  const [first = '{}'] = (await machine.type('qss-bridge quarantine list --json --limit 1')).output.split(
    '\n',
  );
  return text.replace(/quarantine show \d+/, `quarantine show ${(JSON.parse(first) as { id: number }).id}`);
}

const scripts = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** The name of npm's script that a command runs. */
const scriptOf = (text: string): string | undefined => /\bnpm (?:run )?(\S+)/.exec(text)?.[1];

const commands = DOCUMENTS.flatMap(commandsOf);

for (const command of commands) {
  const { where, name, text } = command;
  const typing = TYPED[name];
  const elsewhere = ELSEWHERE[name];
  if (name.startsWith('docker compose '))
    test(`${where}: what it names is in docker-compose.yml: ${name}`, (t) => {
      t.deepEqual(composeFaults(text), []);
      if (name.includes(' influx query ')) t.true(readText(QUERY_TEST).includes('influx query'));
    });
  else if (elsewhere !== undefined)
    test(`${where}: ${elsewhere[0]} ${elsewhere[1]}: ${name}`, (t) => {
      t.true(existsSync(join(ROOT, elsewhere[0])));
      const script = scriptOf(name);
      if (script !== undefined) t.true(script in scripts, script);
    });
  else if (typing !== undefined)
    test.serial(`${where}: does what is said there: ${name}`, async (t) => {
      await typing.before?.(machine);
      const { code, output } = await machine.type(await withItem(text));
      t.is(code, 0, output);
      t.regex(output, typing.says);
      await typing.after?.(t, machine);
    });
  else
    test(`${where}: is run by a test: ${name}`, (t) =>
      t.fail('add it to TYPED, or to ELSEWHERE with where it is run and why'));
}

test('no command is handled here that no document has', (t) => {
  const names = new Set(commands.map(({ name }) => name));
  t.deepEqual(
    [...Object.keys(TYPED), ...Object.keys(ELSEWHERE)].filter((name) => !names.has(name)),
    [],
  );
  t.true(commands.length > 30);
});

test('what is typed here as "npm run qss-bridge --" runs the executable in npm\'s hands as well', (t) => {
  t.is(scripts['qss-bridge'], 'node scripts/run.mjs');
  t.is(scripts['demo'], 'node scripts/run.mjs demo');
  t.is(scripts['start'], 'node scripts/run.mjs serve');
  t.true(readText('scripts/run.mjs').includes('build/src/cli.js'));
});

/** npm's own commands that documents name. */
const OF_NPM = ['ci', 'prune'];

function namedFaults({ text }: DocCommand): readonly string[] {
  if (text.startsWith('docker compose ')) return composeFaults(text);
  const script = scriptOf(text);
  if (script !== undefined && script !== 'qss-bridge')
    return script in scripts || OF_NPM.includes(script) ? [] : [`no script ${script}`];
  const words = text.replace(/^npm run qss-bridge -- |^qss-bridge /, '').split(/ +/);
  const command = COMMANDS.find(({ name }) => name === words[0]);
  if (command === undefined) return [`no command ${words[0]}`];
  return words
    .filter((word) => word.startsWith('--') && !command.help.includes(word))
    .map((word) => `${command.name} has no option ${word}`);
}

for (const document of DOCUMENTS)
  test(`${document}: commands in its text name what there is`, (t) => {
    const faults = namedCommandsOf(document).flatMap((command) =>
      namedFaults(command).map((fault) => `${command.where}: ${fault}`),
    );
    t.deepEqual(faults, []);
  });

test('settings that the documents write for .env are in .env.example', (t) => {
  const blocks = DOCUMENTS.flatMap(blocksOf).filter(({ language }) => language === 'ini');
  const known = readText('.env.example');
  t.true(blocks.length > 0);
  for (const { where, text } of blocks)
    for (const line of text.split('\n'))
      t.true(new RegExp(`^#? ?${/^(\w+)=\S+$/.exec(line)?.[1]}=`, 'm').test(known), `${where}: ${line}`);
});

test('a block of a language that no test knows is none', (t) => {
  for (const { where, language } of DOCUMENTS.flatMap(blocksOf))
    t.true(['sh', 'text', 'ini', 'nginx', 'flux', 'json'].includes(language), `${where}: ${language}`);
});
