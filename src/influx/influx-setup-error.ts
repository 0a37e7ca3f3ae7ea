/**
 * Why InfluxDB could not be prepared:
 *
 * - `influx_url_invalid`, `influx_admin_token_missing`: the settings do not do
 * - `influx_unreachable`: no answer, or one that says "later"
 * - `influx_unauthorized`: the admin token is unknown to it
 * - `influx_forbidden`: the admin token may not do what is needed
 * - `influx_org_not_found`: there is no organization of that name
 * - `influx_not_v2`: whatever answers there is not an InfluxDB 2
 * - `influx_refused`: any other refusal
 */
export type InfluxSetupErrorCode =
  | 'influx_url_invalid'
  | 'influx_admin_token_missing'
  | 'influx_unreachable'
  | 'influx_unauthorized'
  | 'influx_forbidden'
  | 'influx_org_not_found'
  | 'influx_not_v2'
  | 'influx_refused';

/** InfluxDB could not be prepared; the message says what to do. */
export class InfluxSetupError extends Error {
  constructor(
    readonly code: InfluxSetupErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'InfluxSetupError';
  }
}
