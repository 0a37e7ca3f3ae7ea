import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ROOT, readText } from './repository.js';

const SCRIPT = join(ROOT, 'scripts/check-dockerfile.mjs');

type Outcome = { readonly code: number; readonly output: string };

const check = (folder?: string) =>
  new Promise<Outcome>((resolve) => {
    execFile(process.execPath, [SCRIPT, ...(folder === undefined ? [] : [folder])], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
  });

/** A folder with a small app of its own, and these files on top. */
async function appWith(t: ExecutionContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qss-bridge-dockerfile-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const app = {
    'package.json': '{"name":"app","version":"1.2.3","type":"module"}',
    'src/cli.js':
      "import { readFileSync } from 'node:fs';\nconsole.log(JSON.parse(readFileSync('package.json', 'utf8')).version);\n",
    ...files,
  };
  for (const [name, text] of Object.entries(app)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const TWO_STAGES = `FROM node:24 AS build
WORKDIR /app
COPY package.json ./
COPY src ./src
RUN node -e "require('node:fs').cpSync('src','build',{recursive:true})"
FROM node:24
RUN useradd --uid 10001 someone \\
 && install -d -o 10001 /data
WORKDIR /srv/app
COPY package.json ./
COPY --from=build /app/build ./build
USER 10001:0
ENTRYPOINT ["node", "build/cli.js"]
CMD ["serve"]
`;

test("the image's steps work, and its program starts with what was copied into the last stage", async (t) => {
  const { code, output } = await check();
  t.is(code, 0, output);
  t.regex(output, /the image's program starts, version \d/);
});

test('a Dockerfile of two stages is replayed, the steps for the operating system left out', async (t) => {
  const { code, output } = await check(await appWith(t, { Dockerfile: TWO_STAGES }));
  t.is(code, 0, output);
  t.regex(output, /skipped, it is for the image only: useradd/);
  t.regex(output, /version 1\.2\.3/);
});

for (const [fault, from, to, says] of [
  ['a file that does not exist', 'COPY src ./src', 'COPY sources ./src', /sources does not exist/],
  ['a step that fails', 'cpSync', 'noSuchFunction', /RUN node .* ended with 1/],
  ['a file missing from the last stage', 'COPY --from=build /app/build ./build\n', '', /Cannot find module/],
  [
    'a folder missing from an earlier stage',
    '/app/build ./build',
    '/app/dist ./build',
    /\/app\/dist does not exist/,
  ],
  ['a stage that does not exist', '--from=build', '--from=other', /no stage named other/],
  [
    'a step that the script cannot replay',
    'RUN useradd',
    'RUN apt-get update && useradd',
    /does not know how to replay/,
  ],
  [
    'an instruction that the script does not know',
    'USER 10001:0',
    'ADD https://example.com/a /a',
    /does not know ADD/,
  ],
  [
    'an entrypoint that hides signals behind a shell',
    '["node", "build/cli.js"]',
    'node build/cli.js',
    /passes signals on/,
  ],
] as const)
  test(`found: ${fault}`, async (t) => {
    const { code, output } = await check(await appWith(t, { Dockerfile: TWO_STAGES.replace(from, to) }));
    t.is(code, 1, output);
    t.regex(output, says);
  });

test('found: a file that .dockerignore keeps from the build', async (t) => {
  const files = { Dockerfile: TWO_STAGES, '.dockerignore': '*\n!package.json\n' };
  t.regex((await check(await appWith(t, files))).output, /\.dockerignore leaves out src/);
  const allowed = { Dockerfile: TWO_STAGES, '.dockerignore': '*\n!package.json\n!src\n' };
  t.is((await check(await appWith(t, allowed))).code, 0);
  const hidden = { ...allowed, '.dockerignore': '**/cli.js\n' };
  t.regex((await check(await appWith(t, hidden))).output, /Cannot find module/);
});

test('secrets, data and history stay out of the build', async (t) => {
  const folder = await appWith(t, {
    Dockerfile: TWO_STAGES.replace('COPY package.json ./\nCOPY src', 'COPY package.json .env ./\nCOPY src'),
    '.env': 'ZOOM_SECRET_TOKEN=example',
  });
  await cp(join(ROOT, '.dockerignore'), join(folder, '.dockerignore'));
  t.regex((await check(folder)).output, /\.dockerignore leaves out \.env/);
});

test('the image runs as nobody special, checks its health, and keeps its data in a volume', (t) => {
  const last =
    readText('Dockerfile')
      .split(/^FROM /m)
      .at(-1) ?? '';
  t.regex(last, /^USER 10001:0$/m);
  t.regex(last, /^HEALTHCHECK /m);
  t.regex(last, /^VOLUME \/data$/m);
  t.regex(last, /^ENTRYPOINT \["node", "build\/src\/cli\.js"\]$/m);
  t.regex(last, /^CMD \["serve"\]$/m);
  t.notRegex(last, /npm (ci|install|run)|apt-get/);
});
