const BEAT_MS = 10_000;
const SECONDS_A_MINUTE = 60;

/** Turns the output of `go build -v`, hundreds of package names, into a line now and then. */
export interface BuildProgress {
  /** Tells a new stage. */
  stage(text: string): void;
  /** Takes a line of the build's output. */
  line(line: string): void;
  stop(): void;
}

/**
 * @param progress - told each stage, and every ten seconds how far it is
 * @param beatMs - how often, in milliseconds
 */
export function startBuildProgress(progress: (line: string) => void, beatMs = BEAT_MS): BuildProgress {
  const startedAt = performance.now();
  let modules = 0;
  let packages = 0;
  let stage = '';
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    progress(`${stage}: ${counted(modules, packages)}after ${describeDuration(seconds)}`);
  }, beatMs);
  timer.unref();
  return {
    stage: (text) => {
      stage = text;
      progress(text);
    },
    line: (line) => {
      if (line.startsWith('go: downloading ')) {
        modules += 1;
      } else if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(line)) {
        packages += 1;
      }
    },
    stop: () => clearInterval(timer),
  };
}

function counted(modules: number, packages: number): string {
  return `${modules > 0 ? `modules downloaded: ${modules}, ` : ''}packages compiled: ${packages}, `;
}

function describeDuration(seconds: number): string {
  const minutes = Math.floor(seconds / SECONDS_A_MINUTE);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % SECONDS_A_MINUTE} s`;
}
