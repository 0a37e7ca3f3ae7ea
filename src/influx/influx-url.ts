/** @returns the address as the client wants it: a path prefix is kept, a slash or `/api/v2` at its end is not. */
export function normalizeInfluxUrl(url: string): string {
  return url
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/api\/v2$/, '');
}
