import { QueryBuilder, RuleBuilder } from '@grafana/grafana-foundation-sdk/alerting';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { TypeReduceBuilder, TypeThresholdBuilder } from '@grafana/grafana-foundation-sdk/expr';
import { stringify } from 'yaml';
import { DATA_SOURCE } from '../data-source.js';
import { influxQuery } from '../panels/influx-query.js';
import { ALERTS, type AlertRule } from './rules.js';

/** The uid of Grafana's own data source for what it computes of queries. */
const EXPRESSION = '__expr__';

const FOLDER = 'QSS Bridge';

/** A query, then its last value, then the limit. The model's class has methods that a file has no use for. */
function rule(alert: AlertRule): object {
  const { uid, title, query, rangeSeconds, is, limit, lasting, severity, noData, onError } = alert;
  const step = (refId: string, model: Builder<Dataquery>, datasourceUid: string) =>
    new QueryBuilder(refId)
      .datasourceUid(datasourceUid)
      .relativeTimeRange({ from: rangeSeconds, to: 0 })
      .model(model);
  const expression = { type: EXPRESSION, uid: EXPRESSION };
  const {
    folderUID: _folder,
    ruleGroup: _group,
    orgID: _org,
    ...built
  } = new RuleBuilder(title)
    .uid(uid)
    .condition('C')
    .withQuery(step('A', influxQuery(query), DATA_SOURCE.uid))
    .withQuery(
      step(
        'B',
        new TypeReduceBuilder().datasource(expression).expression('A').reducer('last').refId('B'),
        EXPRESSION,
      ),
    )
    .withQuery(
      step(
        'C',
        new TypeThresholdBuilder()
          .datasource(expression)
          .expression('B')
          .conditions([{ evaluator: { type: is === 'above' ? 'gt' : 'lt', params: [limit] } }])
          .refId('C'),
        EXPRESSION,
      ),
    )
    .forDuration(lasting)
    .noDataState(noData)
    .execErrState(onError)
    .labels({ severity, service: 'qss-bridge' })
    .annotations({
      summary: alert.summary,
      description: alert.description,
      runbook_url: `docs/operations.md#${alert.runbook}`,
      dashboard: `/d/${alert.dashboard}`,
    })
    .build();
  return JSON.parse(JSON.stringify(built));
}

const HEAD = `# Made by "npm run dashboards" from grafana/src/alerts. Changes made here are lost.
#
# Who is told is decided in Grafana (contact points and notification policies): route by the labels service and severity.
`;

/** The alert rules as Grafana's provisioning reads them. */
export function alertFile(): string {
  const groups = [{ orgId: 1, name: 'qss-bridge', folder: FOLDER, interval: '1m', rules: ALERTS.map(rule) }];
  return HEAD + stringify({ apiVersion: 1, groups }, { lineWidth: 0 });
}
