import { errorText } from '../influx/error-text.js';
import type { Check, DoctorContext } from './check.js';
import { type Finding, fault } from './finding.js';

const OVER_TIME = Symbol('over time');

/** Runs a check to its end or to its time limit. Never throws; what was found until then is kept. */
export async function runCheck(check: Check, context: DoctorContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof OVER_TIME>((resolve) => {
    timer = setTimeout(() => resolve(OVER_TIME), check.limitMs);
  });
  const steps = stepsOf(check, context, ending.signal);
  try {
    for (;;) {
      const step = steps.next();
      // Rejects later, and heard by nobody, where the limit comes first.
      step.catch(() => undefined);
      const done = await Promise.race([step, limit]);
      if (done === OVER_TIME) {
        findings.push(notFinished(check));
        break;
      }
      if (done.done === true) break;
      findings.push(done.value);
    }
  } catch (error) {
    findings.push(
      fault(
        `this check failed itself: ${errorText(error)}`,
        'go on with the other lines, and report this one',
      ),
    );
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
  return findings;
}

async function* stepsOf(check: Check, context: DoctorContext, signal: AbortSignal): AsyncGenerator<Finding> {
  yield* check.run(context, signal);
}

function notFinished({ limitMs }: Check): Finding {
  return fault(
    `not finished within ${limitMs / 1000} s: the lines above are all that could be found`,
    'look at the load, the disk and the network of this machine, and run it again',
  );
}
