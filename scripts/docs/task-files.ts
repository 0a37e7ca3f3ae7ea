import { rollupTasks } from '../../src/rollups/tasks.js';
import { readSettings } from '../../src/settings/read-settings.js';

/** The files of influxdb/tasks by name: what `setup` gives InfluxDB, with the settings' defaults. */
export function taskFiles(): ReadonlyMap<string, string> {
  const { influx } = readSettings({}, { zoom: false });
  const head =
    '// Made by "npm run docs" from src/rollups. "qss-bridge setup" creates this task; changes made here are lost.';
  return new Map(
    rollupTasks(influx).map(({ title, flux }) => [`${title.replaceAll(' ', '-')}.flux`, `${head}\n${flux}`]),
  );
}
