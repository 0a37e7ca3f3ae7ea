/**
 * Loaded into the bridge before anything else (`node --import`): shifts the clock by as many milliseconds as the file named by
 * `TORTURE_CLOCK_FILE` says, in all threads and while the process runs. Timers go by another clock and are not shifted, as on a
 * machine whose time is set.
 */
import { readFileSync } from 'node:fs';

/** The file is read again after this time. */
const READ_EVERY_MS = 10;

const file = process.env['TORTURE_CLOCK_FILE'];
if (file !== undefined) {
  const real = Date.now;
  let shiftMs = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  const shifted = (): number => {
    const now = performance.now();
    if (now - readAt >= READ_EVERY_MS) {
      readAt = now;
      shiftMs = Number(readFileSync(file, 'utf8'));
    }
    return real() + shiftMs;
  };
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [shifted()] : args, newTarget),
  });
  globalThis.Date.now = shifted;
}
