const STEP_MS = 15_000;

/** What the bridge writes about itself in a minute. */
export function* bridgeLines(minute: number, at: number, running: number): Generator<string> {
  const events = minute * 60;
  for (let ms = 0; ms < 60_000; ms += STEP_MS)
    yield `qss_bridge,instance=bridge1 accepted=${events},delay_ms=2100,ignored=0,lag_ms=${running},lines_refused=0,points=${events * 9},quarantined=0,rejected=0,repeated=${minute},validation_age_s=${(minute * 60) % 259_200},waiting=${running},written=${events} ${at + ms}`;
}
