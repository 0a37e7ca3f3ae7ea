const CODES = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Whether the other side went away: nothing that is wrong with the bridge, and nothing that a stranger may fill the log with. */
export function isConnectionError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CODES.has(String(error.code));
}
