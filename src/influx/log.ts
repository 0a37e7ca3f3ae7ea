/** What this folder needs of a logger; winston's fits. */
export interface Log {
  debug(message: string, details?: Readonly<Record<string, unknown>>): unknown;
  info(message: string, details?: Readonly<Record<string, unknown>>): unknown;
  warn(message: string, details?: Readonly<Record<string, unknown>>): unknown;
  error(message: string, details?: Readonly<Record<string, unknown>>): unknown;
}
