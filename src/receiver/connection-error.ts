const CODES = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Whether the other side went away: nothing that is wrong with the bridge, and nothing that a stranger may fill the log with. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  const code = String(error.code);
  // Node's HTTP parser: the other side does not speak HTTP, or broke off in the middle of it.
  return CODES.has(code) || code.startsWith('HPE_');
}
