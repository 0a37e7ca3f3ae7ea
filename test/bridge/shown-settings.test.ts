import test from 'ava';
import { shownSettings, withoutPassword } from '../../src/bridge/shown-settings.js';
import { readSettings } from '../../src/settings/read-settings.js';

test('an address is shown without the name and the password in it, and otherwise as it is', (t) => {
  t.is(withoutPassword('http://influxdb:8086'), 'http://influxdb:8086');
  t.is(withoutPassword('https://name:pa55@example.com:8086/prefix'), 'https://example.com:8086/prefix');
  t.is(withoutPassword('https://name@example.com/'), 'https://example.com/');
  t.is(withoutPassword('https://:pa55@example.com/'), 'https://example.com/');
});

test('of secrets it is shown whether they are set, and nothing else', (t) => {
  const secrets = {
    ZOOM_SECRET_TOKEN: 'one-secret,another-secret',
    ZOOM_VERIFICATION_TOKEN: 'beta-token',
    WEBHOOK_AUTH_HEADER: 'x-key: header-value',
    INFLUX_URL: 'http://name:pa55@127.0.0.1:9',
    INFLUX_TOKEN: 'influx-token',
    INFLUX_ORG: 'o',
  };
  const shown = shownSettings(readSettings(secrets));
  t.is(shown['ZOOM_SECRET_TOKEN'], '2 set');
  t.is(shown['INFLUX_TOKEN'], 'set');
  t.is(shown['INFLUX_URL'], 'http://127.0.0.1:9/');
  const text = JSON.stringify(shown);
  for (const secret of ['one-secret', 'another-secret', 'beta-token', 'header-value', 'influx-token', 'pa55'])
    t.false(text.includes(secret), secret);
});
