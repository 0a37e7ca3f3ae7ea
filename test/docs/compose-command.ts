import { COMMANDS } from '../../src/commands/main.js';
import { type ComposeService, composeConfig, REQUIRED } from '../deploy/compose-config.js';

let services: ReadonlyMap<string, ComposeService> | undefined;

/** What does not fit in a `docker compose …` of a document; empty where everything that it names exists. */
export function composeFaults(text: string): readonly string[] {
  const words = (text.split('\n')[0] ?? '')
    .replace(/ +# .*$/, '')
    .split(/ +/)
    .slice(2);
  const profiles: string[] = [];
  while (words[0] === '--profile') profiles.push(...words.splice(0, 2).slice(1));
  services ??= composeConfig(REQUIRED, ['demo', 'tls']);
  const all = services;
  const known = new Set([...all.values()].flatMap((service) => service.profiles));
  const faults = profiles.filter((profile) => !known.has(profile)).map((profile) => `no profile ${profile}`);
  const [verb = '', ...rest] = words.filter((word) => !word.startsWith('-'));
  const noService = (names: readonly string[]) =>
    names.filter((name) => !all.has(name)).map((name) => `no service ${name}`);
  switch (verb) {
    case 'up':
    case 'logs':
    case 'ps':
      return [...faults, ...noService(rest)];
    case 'cp':
      return [
        ...faults,
        ...noService(rest.filter((it) => it.includes(':')).map((it) => it.split(':')[0] ?? '')),
      ];
    case 'exec': {
      const [service = '', program = '', ...args] = rest;
      if (service !== 'bridge') return [...faults, ...noService([service])];
      const [script, command] = args;
      const runs = program === 'node' && script === 'build/src/cli.js';
      return [
        ...faults,
        ...noService([service]),
        ...(runs ? [] : [`the image's command is node build/src/cli.js, not ${program} ${script}`]),
        ...(COMMANDS.some(({ name }) => name === command) ? [] : [`no command ${command}`]),
      ];
    }
    default:
      return [...faults, `docker compose ${verb} is not known here`];
  }
}
