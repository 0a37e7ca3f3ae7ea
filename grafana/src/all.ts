import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { bridge } from './dashboards/bridge.js';
import { clients } from './dashboards/clients.js';
import { meeting } from './dashboards/meeting.js';
import { meetings } from './dashboards/meetings.js';
import { overview } from './dashboards/overview.js';
import { participant } from './dashboards/participant.js';
import { phone } from './dashboards/phone.js';
import { places } from './dashboards/places.js';

/** Every dashboard. */
export function allDashboards(): readonly Dashboard[] {
  return [overview(), places(), clients(), meetings(), meeting(), participant(), phone(), bridge()];
}
