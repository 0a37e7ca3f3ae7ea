import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { tempFolder } from '../helpers/temp-folder.js';
import { ROOT, readText } from './repository.js';

test('the command that operations.md installs runs with the settings, the secrets and the data of the unit', (t) => {
  const folder = tempFolder(t, 'installed');
  const [etc, data] = [join(folder, 'etc'), join(folder, 'data')];
  for (const each of [etc, data]) mkdirSync(each);
  writeFileSync(join(etc, 'settings.env'), 'INFLUX_URL=http://127.0.0.1:9\nINFLUX_ORG=test\nPORT=20999\n');
  writeFileSync(join(etc, 'zoom-secret-token'), 'AbcdefghijklmnopqrstUv\n');
  writeFileSync(join(etc, 'influx-write-token'), 'a-write-token\n');
  const command = join(folder, 'qss-bridge');
  const text = readText('deploy/qss-bridge.sh');
  const here = text
    .replaceAll('/etc/qss-bridge', etc)
    .replaceAll('/opt/qss-bridge', ROOT)
    .replaceAll('/var/lib/qss-bridge', data)
    .replaceAll('/usr/bin/node', process.execPath)
    .replace('runuser -u qss-bridge --', 'env');
  t.not(here, text);
  writeFileSync(command, here);
  chmodSync(command, 0o755);
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };
  const told = run('doctor');
  t.regex(told.output, /127\.0\.0\.1:9\b/, 'InfluxDB is looked for where settings.env says');
  t.regex(told.output, new RegExp(data), 'and the data where the unit keeps it');
  t.notRegex(told.output, /ZOOM_SECRET_TOKEN is (?:missing|not set)/);
  t.is(run('--version').status, 0);
});

test("it is named in the unit's page, and goes by the paths of the unit", (t) => {
  const command = readText('deploy/qss-bridge.sh');
  const unit = readText('deploy/qss-bridge.service');
  t.true(
    readText('docs/operations.md').includes('install -m 0755 deploy/qss-bridge.sh /usr/local/bin/qss-bridge'),
  );
  for (const path of [
    '/etc/qss-bridge/zoom-secret-token',
    '/etc/qss-bridge/influx-write-token',
    '/etc/qss-bridge/settings.env',
    '/var/lib/qss-bridge',
    '/opt/qss-bridge',
    '/usr/bin/node',
  ]) {
    t.true(command.includes(path), path);
    t.true(unit.includes(path), path);
  }
});
