const HEALTH_TIMEOUT_MS = 2_000;

/** @returns whether the InfluxDB at this address says that it is ready for queries and writes. */
export async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('health', withSlash(url)), {
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    const body: unknown = await answer.json();
    return (
      answer.ok && typeof body === 'object' && body !== null && 'status' in body && body.status === 'pass'
    );
  } catch {
    return false;
  }
}

/** A relative address is resolved below the last slash, so a path prefix needs one at its end. */
function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
