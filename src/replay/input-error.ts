/** An input is not there or can't be opened. */
export class InputError extends Error {
  readonly code = 'no_input';
}
