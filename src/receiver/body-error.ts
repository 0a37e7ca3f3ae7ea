/** The body can't be used; `code` is the reason that is counted. */
export class BodyError extends Error {
  readonly code:
    | 'too_large'
    | 'too_busy'
    | 'encoding_unreadable'
    | 'encoding_unsupported'
    | 'body_incomplete';

  constructor(code: BodyError['code'], message: string) {
    super(message);
    this.name = 'BodyError';
    this.code = code;
  }
}
