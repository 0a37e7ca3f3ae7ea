/** @returns the message of whatever was thrown, with that of its cause where there is one. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const message = error.message || errorCode(error) || error.name;
  return error.cause === undefined ? message : `${message}: ${errorText(error.cause)}`;
}

/** @returns the `code` of a system error such as `ENOENT`, or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
