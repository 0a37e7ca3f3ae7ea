import { alertFile } from './alerts/alert-file.js';
import { allDashboards } from './all.js';

/** A generated file, by its path from the project's root. */
export type GeneratedFile = { readonly path: string; readonly text: string };

/** Every file that Grafana loads and that is made from code. */
export function generatedFiles(): readonly GeneratedFile[] {
  return [
    ...allDashboards().map((dashboard) => ({
      path: `grafana/dashboards/${dashboard.uid?.replace(/^qss-/, '') ?? ''}.json`,
      text: `${JSON.stringify(dashboard, undefined, 2)}\n`,
    })),
    { path: 'grafana/provisioning/alerting/qss-bridge.yaml', text: alertFile() },
  ];
}
