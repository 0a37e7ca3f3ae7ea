/** What was looked for was found; the message says how to see it again. */
export class FuzzFailure extends Error {
  readonly code = 'fuzz_failure';
}
