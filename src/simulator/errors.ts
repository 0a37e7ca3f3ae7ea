/** The simulator was asked for something it can't do; the message names the option and its value. */
export class SimulatorOptionError extends Error {
  readonly code = 'SIMULATOR_OPTION';

  constructor(option: string, value: unknown, wanted: string) {
    super(`${option} is ${String(value)}; it must be ${wanted}`);
    this.name = 'SimulatorOptionError';
  }
}

/** The receiver did not answer `endpoint.url_validation` as Zoom demands; Zoom would not save the URL. */
export class UrlValidationError extends Error {
  readonly code = 'URL_VALIDATION_FAILED';

  constructor(reason: string) {
    super(`The URL validation failed: ${reason}`);
    this.name = 'UrlValidationError';
  }
}
