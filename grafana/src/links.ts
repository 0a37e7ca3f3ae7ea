import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

/** The dashboards, by the uid that links lead to. */
export const DASHBOARDS = {
  'qss-overview': 'Overview',
  'qss-places': 'Places and networks',
  'qss-clients': 'Clients and devices',
  'qss-meetings': 'Meetings',
  'qss-meeting': 'Meeting',
  'qss-participant': 'Participant',
  'qss-phone': 'Phone',
  'qss-bridge': 'Bridge',
} as const;

export type DashboardUid = keyof typeof DASHBOARDS;

/** The tag that all dashboards carry, by which the menu finds them. */
export const TAG = 'qss-bridge';

/** What a link sets in the dashboard that it leads to: the value of a column of the row, or what is chosen here. */
export type LinkValue = { readonly column: string } | { readonly variable: string };

/** A link that keeps the time range. Values are encoded: meeting ids have `/`, `+` and `=`. */
export function rowLink(
  title: string,
  uid: DashboardUid,
  values: Readonly<Record<string, LinkValue>>,
): { readonly title: string; readonly url: string } {
  const parts = Object.entries(values).map(([name, value]) =>
    'column' in value
      ? `var-${name}=\${__data.fields.${value.column}:percentencode}`
      : `\${${value.variable}:queryparam}`,
  );
  return { title, url: `/d/${uid}?${['${__url_time_range}', ...parts].join('&')}` };
}

/** The menu on top of each dashboard: the others, with time range and variables kept. */
export function menu(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('QSS Bridge')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
    .icon('external link')
    .tooltip('The other dashboards');
}
