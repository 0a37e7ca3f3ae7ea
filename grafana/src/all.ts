import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { overview } from './dashboards/overview.js';

/** Every dashboard. */
export function allDashboards(): readonly Dashboard[] {
  return [overview()];
}
