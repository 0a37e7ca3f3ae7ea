/** First and longest wait between two attempts. */
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next attempt: doubles with each failure, and a quarter of it is left to chance so that several
 * bridges do not knock at the same moment. What the server asks for is kept, up to ten minutes.
 */
export function nextWaitMs(
  failures: number,
  retryAfterSeconds: number | undefined,
  random: () => number,
): number {
  const grown = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  const jittered = grown * (0.75 + random() * 0.5);
  return Math.max(jittered, Math.min(retryAfterSeconds ?? 0, 600) * 1000);
}
