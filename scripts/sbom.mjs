// Prints a software bill of materials (CycloneDX) of what the service runs on: every production dependency of the lock file.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));

// npm's own --omit=dev also leaves out what a development tool uses as well; the lock file tells them apart.
const { status, stdout } = spawnSync(
  'npm',
  ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] },
);
if (status !== 0) process.exit(status ?? 1);
const bom = JSON.parse(stdout);
const own = read('package.json');
const inUse = new Set([`${own.name}@${own.version}`]);
for (const [path, { version, dev, devOptional }] of Object.entries(read('package-lock.json').packages))
  if (path !== '' && dev !== true && devOptional !== true)
    inUse.add(`${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`);
const isInUse = (reference) => inUse.has(reference);
bom.components = bom.components.filter((component) => isInUse(component['bom-ref']));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => isInUse(ref))
  .map((entry) => ({ ...entry, dependsOn: entry.dependsOn.filter(isInUse) }));
// npm takes the name of the folder for that of the program.
bom.metadata.component.name = own.name;
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
