/** So many pieces wait to be used again; more are never needed at a time. */
const MOST_PIECES = 4;

/** A larger piece is not kept. */
export const MOST_KEPT_BYTES = 4 * 1024 * 1024;

const pieces: Buffer[] = [];

/**
 * Memory of at least so many bytes, one that was given back where there is any. Each batch takes megabytes for a moment; taken from the
 * system, they would make the garbage collector run several times a second, only to find out that nobody uses them any more.
 */
export function takeMemory(bytes: number): Buffer {
  const fitting = pieces.findIndex(({ length }) => length >= bytes);
  const [piece] = fitting < 0 ? [] : pieces.splice(fitting, 1);
  return piece ?? Buffer.allocUnsafe(bytes);
}

/** Gives back memory that nobody looks at from now on. */
export function giveMemoryBack(piece: Buffer): void {
  if (piece.length === 0 || piece.length > MOST_KEPT_BYTES) return;
  pieces.push(piece);
  // The smallest one goes: a large one can take its place.
  if (pieces.length > MOST_PIECES) pieces.sort((one, other) => other.length - one.length).pop();
}
