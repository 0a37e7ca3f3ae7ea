import { parseArgs } from 'node:util';
import { pickSettings, withDotEnv } from '../settings/read-environment.js';
import { trimValue } from '../settings/trim-value.js';
import { SCENARIOS } from '../simulator/faults.js';
import { runSimulation } from '../simulator/simulate.js';
import { type Command, EXIT, UsageError } from './command.js';
import { untilSignal } from './until-signal.js';

const OPTIONS = {
  url: { type: 'string' },
  file: { type: 'string' },
  participants: { type: 'string', default: '200' },
  meetings: { type: 'string', default: '20' },
  minutes: { type: 'string' },
  rate: { type: 'string' },
  seed: { type: 'string', default: '1' },
  scenario: { type: 'string', default: 'mixed' },
} as const;

/** A synthetic Zoom account for others' tests. */
export const simulate: Command = {
  name: 'simulate',
  summary: 'post signed events of a synthetic Zoom account to any URL, or write them to a file',
  help: `Usage: qss-bridge simulate --url URL [OPTIONS]
       qss-bridge simulate --file FILE --minutes N [OPTIONS]

Posts what a Zoom account would post, signed with the first secret in ZOOM_SECRET_TOKEN, as Zoom does: 3 seconds to answer,
retries on failures of the server. The same seed gives the same events.

  --participants N  people in meetings at a time (200)
  --meetings N      meetings, webinars and sessions side by side (20)
  --minutes N       tell the last N minutes as fast as --rate allows, and end; default: live, until told to end
  --rate N          events a second at most
  --seed N          which story (1)
  --scenario NAME   ${SCENARIOS.join(', ')} (mixed)
  --file FILE       write one JSON event a line instead of posting

Exit codes: 0 everything was taken, 1 something was not, 64 wrong use, 78 no secret.`,

  async run(args, { env, out, err }) {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    if ((values.url === undefined) === (values.file === undefined))
      throw new UsageError('simulate needs either --url or --file');
    if (values.url !== undefined && !(URL.canParse(values.url) && /^https?:/i.test(values.url)))
      throw new UsageError(`--url takes an http or https URL, not ${values.url}`);
    const scenario = SCENARIOS.find((name) => name === values.scenario);
    if (scenario === undefined) throw new UsageError(`--scenario is one of ${SCENARIOS.join(', ')}`);
    const minutes = optionalNumber('minutes', values.minutes);
    if (values.file !== undefined && minutes === undefined) throw new UsageError('--file needs --minutes');
    const { values: settings } = pickSettings(withDotEnv(env, process.cwd()));
    const secret = trimValue(settings['ZOOM_SECRET_TOKEN']?.split(/[,\r\n]/)[0] ?? '');
    if (secret === '' && values.url !== undefined) {
      err('ZOOM_SECRET_TOKEN is not set: give the secret that the receiver checks with');
      return EXIT.config;
    }
    const stopping = new AbortController();
    void untilSignal().then(() => stopping.abort());
    const rate = optionalNumber('rate', values.rate);
    const summary = await runSimulation({
      url: values.url ?? '',
      secret,
      participants: numberOf('participants', values.participants),
      meetings: numberOf('meetings', values.meetings),
      seed: numberOf('seed', values.seed),
      scenario,
      ...(minutes === undefined ? {} : { minutes }),
      ...(rate === undefined ? {} : { rate }),
      headers: extraHeader(settings['WEBHOOK_AUTH_HEADER']),
      ...(values.file === undefined ? {} : { to: { file: values.file } }),
      signal: stopping.signal,
      onProgress: ({ posted, accepted, errors }) =>
        err(`posted ${posted}   accepted ${accepted}   errors ${JSON.stringify(errors)}`),
    });
    out(JSON.stringify(summary, null, 2));
    return summary.accepted === summary.posted ? EXIT.ok : EXIT.failed;
  },
};

function extraHeader(header: string | undefined): Record<string, string> {
  const colon = header?.indexOf(':') ?? -1;
  return header === undefined || colon < 1
    ? {}
    : { [header.slice(0, colon).trim().toLowerCase()]: header.slice(colon + 1).trim() };
}

function optionalNumber(name: string, value: string | undefined): number | undefined {
  return value === undefined ? undefined : numberOf(name, value);
}

function numberOf(name: string, value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value) || Number(value) <= 0)
    throw new UsageError(`--${name} takes a number above 0, not ${value}`);
  return Number(value);
}
