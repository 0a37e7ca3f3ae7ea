// Asks the package registry for known faults of the dependencies, and fails on serious ones that .ci/audit-allow.json does not
// allow. Exit codes: 0 none, 1 faults, a faulty list, or no answer, 3 this registry can't be asked about faults at all.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const SERIOUS = ['high', 'critical'];
const NO_SUCH_ENDPOINT = [403, 404, 405, 410, 501];

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

/** Advisories that are allowed until a day: `[{"advisory": "GHSA-…", "reason": "…", "expires": "2026-03-31"}]`. */
function readAllowed(file, today) {
  const list = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(list)) fail(`${file} holds no list`);
  const faults = list.flatMap(({ advisory, reason, expires }) => {
    if (!/^GHSA(-[a-z0-9]{4}){3}$/.test(advisory ?? ''))
      return [`${advisory} is no id such as GHSA-abcd-abcd-abcd`];
    if (typeof reason !== 'string' || reason.trim().length < 10) return [`${advisory} has no reason`];
    if (!/^\d{4}-\d{2}-\d{2}$/.test(expires ?? '') || Number.isNaN(Date.parse(expires)))
      return [`${advisory} has no day of expiry such as 2026-03-31`];
    return expires < today
      ? [`${advisory} has expired on ${expires}: update the dependency, or judge it anew`]
      : [];
  });
  if (faults.length > 0) fail([`${file} has faults:`, ...faults.map((fault) => `  ${fault}`)].join('\n'));
  return new Set(list.map(({ advisory }) => advisory));
}

/** What npm says, whether it found faults or not. */
function askRegistry() {
  const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=1', '--fetch-timeout=60000'];
  const { stdout } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let answer;
  try {
    answer = JSON.parse(stdout);
  } catch {
    fail(`npm audit gave no answer:\n${stdout}`);
  }
  if (answer.vulnerabilities !== undefined) return answer;
  const told = answer.message ?? answer.error?.summary ?? JSON.stringify(answer);
  if (NO_SUCH_ENDPOINT.includes(answer.statusCode))
    fail(
      [
        'THE DEPENDENCIES WERE NOT CHECKED FOR KNOWN FAULTS.',
        `The package registry in use does not answer such questions: ${told}`,
        'Ask one that does: npm_config_registry=https://… npm run audit',
      ].join('\n'),
      3,
    );
  return fail(`the package registry could not be asked for known faults: ${told}`);
}

/** The advisories in an answer of npm: packages name them, or other packages through which they come. */
function advisoriesIn({ vulnerabilities }) {
  const found = new Map();
  for (const { via } of Object.values(vulnerabilities))
    for (const cause of via)
      if (typeof cause === 'object') {
        const id = /GHSA(-[a-z0-9]{4}){3}/.exec(cause.url ?? '')?.[0] ?? String(cause.source);
        found.set(`${id} ${cause.name}`, {
          id,
          name: cause.name,
          severity: cause.severity,
          title: cause.title,
        });
      }
  return [...found.values()];
}

const [file = join(root, '.ci/audit-allow.json')] = process.argv.slice(2);
const allowed = readAllowed(file, new Date().toISOString().slice(0, 10));
const advisories = advisoriesIn(askRegistry());
const serious = advisories.filter(({ severity }) => SERIOUS.includes(severity));
for (const { id, name, severity, title } of advisories) {
  const verdict = !SERIOUS.includes(severity) ? 'not serious' : allowed.has(id) ? 'allowed' : 'NOT ALLOWED';
  process.stderr.write(`${severity} in ${name}: ${title} (${id}): ${verdict}\n`);
}
for (const id of allowed)
  if (!serious.some((advisory) => advisory.id === id))
    process.stderr.write(`${id} is allowed and not there: take it out\n`);
const forbidden = serious.filter(({ id }) => !allowed.has(id));
if (forbidden.length > 0) fail(`${forbidden.length} serious known faults in dependencies`);
process.stderr.write(
  `no serious known fault in the dependencies that is not allowed; ${allowed.size} allowed\n`,
);
