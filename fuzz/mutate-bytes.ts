import type { Random } from '../src/simulator/random.js';

/** Changes bytes in one to so many places: turned, put in, taken out, repeated, moved, cut off. Never gives more than `most` bytes. */
export function mutateBytes(bytes: Buffer, random: Random, places = 4, most = 1_000_000): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  for (let left = random.whole(1, places); left > 0; left -= 1) changed = change(changed, random);
  return changed.subarray(0, most);
}

function change(bytes: Buffer, random: Random): Buffer {
  const at = random.whole(0, Math.max(0, bytes.length - 1));
  const length = Math.min(bytes.length - at, random.whole(1, random.chance(0.2) ? 400 : 8));
  const before = bytes.subarray(0, at);
  const piece = bytes.subarray(at, at + length);
  const after = bytes.subarray(at + length);
  switch (random.whole(0, 7)) {
    case 0: {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ (1 << random.whole(0, 7));
      return turned;
    }
    case 1:
      return Buffer.concat([before, Buffer.from([random.whole(0, 255)]), piece, after]);
    case 2:
      return Buffer.concat([before, after]);
    case 3:
      return Buffer.concat([before, piece, piece, after]);
    case 4:
      return Buffer.concat([before, ...Array.from({ length: random.whole(2, 50) }, () => piece), after]);
    case 5: {
      const to = random.whole(0, after.length);
      return Buffer.concat([before, after.subarray(0, to), piece, after.subarray(to)]);
    }
    case 6:
      return before;
    default:
      return Buffer.concat([
        before,
        Buffer.from(Uint8Array.from({ length }, () => random.whole(0, 255))),
        after,
      ]);
  }
}
