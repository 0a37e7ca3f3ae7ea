import test from 'ava';
import { SettingsError } from '../../src/settings/faults.js';
import { readSettings } from '../../src/settings/read-settings.js';

const read = (env: Record<string, string>) => readSettings({ ZOOM_SECRET_TOKEN: 'x', ...env });

for (const privacy of ['pseudonymous', 'minimal'])
  test(`an archive of events as they came is refused beside PRIVACY=${privacy}, and the fault says why`, (t) => {
    const error = t.throws(() => read({ ARCHIVE: '14d', PRIVACY: privacy }), { instanceOf: SettingsError });
    t.is(error?.faults.length, 1);
    t.is(error?.faults[0]?.name, 'ARCHIVE');
    t.regex(error?.faults[0]?.problem ?? '', new RegExp(`personal values that PRIVACY=${privacy} keeps out`));
    t.is(read({ ARCHIVE: 'off', PRIVACY: privacy }).archiveSeconds, 0);
  });
