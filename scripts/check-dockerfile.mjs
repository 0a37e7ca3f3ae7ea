/**
 * Replays the Dockerfile's steps without Docker: each stage in a temporary folder, COPY by COPY and RUN by RUN, and
 * then starts the ENTRYPOINT of the last stage with `--version`. It finds what most often breaks an image: a file that
 * was not copied, a package that is missing after the prune, a build step that fails.
 *
 *   node scripts/check-dockerfile.mjs [folder]     the folder with the Dockerfile; default: this repository
 *
 * It knows the subset of Dockerfiles that ours uses, and fails on anything else rather than pass it over. RUN lines
 * that set up the operating system (users, folders outside the app) are named and skipped: they are not for this machine.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPLAYED = /^(npm|node) /;
const FOR_THE_IMAGE_ONLY = /^(useradd|groupadd|install -d|chown|chmod|rm -rf \/usr\/local\/)/;
const WITHOUT_EFFECT_HERE = new Set(['LABEL', 'EXPOSE', 'VOLUME', 'USER', 'HEALTHCHECK', 'CMD']);

/** Splits a Dockerfile into instructions: comments dropped, continued lines joined. */
function instructionsOf(text) {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replace(/\\\s*\n/g, ' ')
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .map((line) => {
      const [name = ''] = line.split(' ', 1);
      return { name: name.toUpperCase(), rest: line.slice(name.length).trim(), line };
    });
}

/** Reads .dockerignore: whether a path of the build context is left out. The last pattern that matches decides. */
function ignoreRules(folder) {
  const file = join(folder, '.dockerignore');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const rules = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const pattern = line.replace(/^!/, '').replace(/^\/|\/$/g, '');
      const source = pattern
        .replace(/[.+^${}()|[\]]/g, '\\$&')
        .replace(/\*\*\/|\*|\?/g, (wild) => ({ '**/': '(?:.*/)?', '*': '[^/]*', '?': '[^/]' })[wild]);
      return { matches: new RegExp(`^${source}(?:/|$)`), ignored: !line.startsWith('!') };
    });
  return (path) => rules.findLast((rule) => rule.matches.test(path))?.ignored ?? false;
}

/** Where a path inside the image lies in the stage's temporary folder. */
const inside = (stage, path) => join(stage.root, path.startsWith('/') ? path : join(stage.workdir, path));

function copy(stage, stages, context, { rest, line }) {
  const words = rest.split(' ');
  const flags = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--'));
  const target = paths.pop();
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
  if (target === undefined || paths.length === 0) throw new Error(`${line}: needs a source and a target`);
  const other = from === undefined ? undefined : stages.get(from);
  if (from !== undefined && other === undefined) throw new Error(`${line}: there is no stage named ${from}`);
  for (const path of paths) {
    const source = other === undefined ? join(context.folder, path) : inside(other, path);
    if (!existsSync(source)) throw new Error(`${line}: ${path} does not exist`);
    const leftOut = (file) =>
      other === undefined && context.ignored(relative(context.folder, file).replaceAll('\\', '/'));
    if (leftOut(source)) throw new Error(`${line}: .dockerignore leaves out ${path}`);
    const intoFolder = !statSync(source).isDirectory() && (target.endsWith('/') || paths.length > 1);
    const destination = intoFolder ? join(inside(stage, target), basename(path)) : inside(stage, target);
    mkdirSync(dirname(destination), { recursive: true });
    cpSync(source, destination, { recursive: true, filter: (file) => !leftOut(file) });
  }
}

function run(stage, { rest, line }) {
  for (const command of rest.split(' && ').map((part) => part.trim())) {
    if (FOR_THE_IMAGE_ONLY.test(command)) {
      console.log(`  skipped, it is for the image only: ${command}`);
      continue;
    }
    if (!REPLAYED.test(command))
      throw new Error(`${line}: this script does not know how to replay "${command}"`);
    console.log(`  ${command}`);
    const cwd = inside(stage, '.');
    mkdirSync(cwd, { recursive: true });
    const env = { ...process.env, npm_config_prefer_offline: 'true', ...stage.env };
    const { status, stdout, stderr } = spawnSync(command, { cwd, env, shell: true, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${line}: ended with ${status}\n${stdout}${stderr}`);
  }
}

function setEnvironment(stage, { rest }) {
  for (const [, name, quoted, plain] of rest.matchAll(/([A-Z_a-z]\w*)=(?:"([^"]*)"|(\S*))/g))
    stage.env[name] = quoted ?? plain;
}

function execForm({ rest, line }) {
  const words = rest.startsWith('[') ? JSON.parse(rest) : undefined;
  if (words === undefined)
    throw new Error(`${line}: use the form ["program", "argument"], which passes signals on`);
  return words;
}

/** Replays all stages below `work`; answers the last one. */
function replay(folder, work) {
  const context = { folder, ignored: ignoreRules(folder) };
  const stages = new Map();
  let stage;
  for (const instruction of instructionsOf(readFileSync(join(folder, 'Dockerfile'), 'utf8'))) {
    const { name, rest, line } = instruction;
    if (name === 'FROM') {
      const alias = / AS (\S+)$/i.exec(rest)?.[1] ?? `stage-${stages.size}`;
      stage = { root: join(work, alias), workdir: '/', env: {}, entrypoint: undefined };
      stages.set(alias, stage);
      console.log(`stage ${alias} (${rest.split(' ')[0]})`);
    } else if (stage === undefined) throw new Error(`${line}: comes before the first FROM`);
    else if (name === 'WORKDIR') stage.workdir = rest.startsWith('/') ? rest : join(stage.workdir, rest);
    else if (name === 'COPY') copy(stage, stages, context, instruction);
    else if (name === 'RUN') run(stage, instruction);
    else if (name === 'ENV') setEnvironment(stage, instruction);
    else if (name === 'ENTRYPOINT') stage.entrypoint = execForm(instruction);
    else if (!WITHOUT_EFFECT_HERE.has(name)) throw new Error(`${line}: this script does not know ${name}`);
  }
  if (stage?.entrypoint === undefined) throw new Error('the last stage has no ENTRYPOINT');
  return stage;
}

/** Starts what the image would start, but with `--version`. */
function askVersion(stage) {
  const [program, ...args] = stage.entrypoint;
  const cwd = inside(stage, '.');
  const { status, stdout, stderr } = spawnSync(
    program === 'node' ? process.execPath : program,
    [...args, '--version'],
    { cwd, env: { PATH: process.env.PATH, NODE_ENV: stage.env.NODE_ENV ?? '' }, encoding: 'utf8' },
  );
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} --version ended with ${status}\n${stdout}${stderr}`);
  const { version } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  if (!stdout.includes(version))
    throw new Error(`--version said ${stdout.trim()}, package.json says ${version}`);
  return version;
}

const folder = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));
const work = mkdtempSync(join(tmpdir(), 'qss-bridge-image-'));
try {
  console.log(`the image's program starts, version ${askVersion(replay(folder, work))}`);
} catch (error) {
  console.error(`The Dockerfile does not work: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
