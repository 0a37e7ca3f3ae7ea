/** An event as the archive keeps it: when it came, whether it was worked on though it had been seen, and the bytes that were signed. */
export type ArchivedEvent = {
  readonly receivedMs: number;
  readonly again: boolean;
  readonly body: Buffer;
};

const LINE = /^\{"received":(\d{1,15})(,"again":true)?,"(event|base64)":/;

/** More than the longest beginning of a line. */
const LONGEST_HEAD = 64;

const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;

/**
 * Writes an event as one line of JSON, its own bytes unchanged in the midst: `{"received":1768471200123,"event":{…}}`. Bytes that
 * would not stand in one line of JSON (line breaks between tokens, a byte order mark) are written as `"base64"` instead of
 * `"event"`.
 */
export function writeRecord({ receivedMs, again, body }: ArchivedEvent): Buffer {
  const received = Math.max(0, Math.floor(receivedMs));
  const head = `{"received":${received}${again ? ',"again":true' : ''},`;
  if (!fitsInLine(body)) return Buffer.from(`${head}"base64":"${body.toString('base64')}"}\n`);
  return Buffer.concat([Buffer.from(`${head}"event":`), body, Buffer.from('}\n')]);
}

function fitsInLine(body: Buffer): boolean {
  return (
    body[0] === BRACE_OPEN && body.at(-1) === BRACE_CLOSE && !body.includes('\n') && !body.includes('\r')
  );
}

/** Reverses {@link writeRecord}, for a line without its line break; undefined where it is none. The body shares the given bytes. */
export function readRecord(line: Buffer): ArchivedEvent | undefined {
  const match = LINE.exec(line.subarray(0, LONGEST_HEAD).toString('latin1'));
  if (match === null || line.at(-1) !== BRACE_CLOSE) return undefined;
  const [head, received, again, form] = match;
  const rest = line.subarray(head.length, -1);
  const body = form === 'base64' ? readBase64(rest.toString('latin1')) : fitsInLine(rest) ? rest : undefined;
  if (body === undefined) return undefined;
  return { receivedMs: Number(received), again: again !== undefined, body };
}

function readBase64(text: string): Buffer | undefined {
  return /^"[A-Za-z0-9+/]*={0,2}"$/.test(text) ? Buffer.from(text.slice(1, -1), 'base64') : undefined;
}
