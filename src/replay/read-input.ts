import { type Input, readBytes } from './inputs.js';
import { JsonSplitter, type Piece } from './json-splitter.js';
import { type Reading, readEvent } from './read-event.js';

/** One object of an input, or what is none, and where it was. */
export type Found = Reading & { readonly input: string; readonly line: number };

/** Reads everything in an input, a stretch at a time. Never throws for what it holds: what can't be read is told. */
export async function* readInput(
  input: Input,
  onRead: (bytes: number) => void,
): AsyncGenerator<readonly Found[]> {
  const splitter = new JsonSplitter();
  const find = (piece: Piece): Found => {
    const reading = piece.kind === 'object' ? readEvent(piece.value, piece.bytes) : piece;
    return { ...reading, input: input.name, line: piece.line };
  };
  try {
    for await (const chunk of readBytes(input, onRead)) yield [...splitter.push(chunk)].map(find);
  } catch (error) {
    yield [{ kind: 'unreadable', problem: explain(error), input: input.name, line: splitter.line }];
  }
  yield [...splitter.end()].map(find);
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') return 'the compressed data ends too early; what lies before was read';
  return `the rest can't be read: ${error instanceof Error ? error.message : String(error)}`;
}
