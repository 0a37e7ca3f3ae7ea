import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names the space in which process numbers mean what they mean here: this machine since it was started, and this container. A lock
 * from another space tells nothing by its process number. On systems without /proc it is the host.
 */
export function processSpace(): string {
  space ??= createHash('sha256')
    .update(
      [
        part(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
        part(() => readlinkSync('/proc/self/ns/pid')),
        hostname(),
      ].join(),
    )
    .digest('hex')
    .slice(0, 12);
  return space;
}

let space: string | undefined;

function part(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}
