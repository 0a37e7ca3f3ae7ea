/** The uid under which `grafana/provisioning/datasources` makes the data source; it stays as it is, or dashboards lose their data. */
export const DATA_SOURCE = { type: 'influxdb', uid: 'qss-influxdb' } as const;
