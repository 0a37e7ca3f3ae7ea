import { ListenError } from '../receiver/listen.js';
import { SettingsError } from '../settings/faults.js';
import { DataDirError } from '../spool/data-dir-error.js';
import { DataDirLockedError } from '../spool/lock.js';
import { VERSION } from '../version.js';
import { backup } from './backup.js';
import { type Command, type CommandContext, EXIT, UsageError } from './command.js';
import { demo } from './demo.js';
import { doctor } from './doctor.js';
import { erase } from './erase.js';
import { quarantine } from './quarantine.js';
import { replay } from './replay.js';
import { rollup } from './rollup.js';
import { serve } from './serve.js';
import { setup } from './setup.js';
import { simulate } from './simulate.js';

/** All commands, in the order in which help lists them. */
export const COMMANDS: readonly Command[] = [
  serve,
  demo,
  setup,
  doctor,
  simulate,
  replay,
  rollup,
  quarantine,
  backup,
  erase,
];

/** Runs the command that the arguments name, and says in one message what went wrong. Resolves with the exit code. */
export async function main(args: readonly string[], context: CommandContext): Promise<number> {
  const [first, ...rest] = args;
  if (first === '--version' || first === '-v') {
    context.out(VERSION);
    return EXIT.ok;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    context.out(usage());
    return EXIT.ok;
  }
  const command = COMMANDS.find(({ name }) => name === (first ?? 'serve'));
  if (command === undefined) {
    context.err(`There is no command ${first}.\n\n${usage()}`);
    return EXIT.usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    context.out(command.help);
    return EXIT.ok;
  }
  try {
    return await command.run(rest, context);
  } catch (error) {
    return explain(error, command, context);
  }
}

function usage(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`);
  return `qss-bridge ${VERSION}: Zoom's Quality of Service Subscription into InfluxDB

Usage: qss-bridge [COMMAND] [OPTIONS]

${lines.join('\n')}

qss-bridge COMMAND --help says more; qss-bridge --version tells the version.`;
}

function explain(error: unknown, command: Command, { err, env }: CommandContext): number {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')) {
    err(`${error.message}\n\n${command.help}`);
    return EXIT.usage;
  }
  err(error.message);
  if (env['LOG_LEVEL'] === 'debug' && error.stack !== undefined) err(error.stack);
  if (error instanceof SettingsError) return EXIT.config;
  if (error instanceof ListenError || error instanceof DataDirLockedError) return EXIT.unavailable;
  if (error instanceof DataDirError) return error.forbidden ? EXIT.noPermission : EXIT.cantCreate;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    err(
      'fix: give the user that runs the bridge the right to write there, or set DATA_DIR to another folder',
    );
    return EXIT.noPermission;
  }
  return EXIT.software;
}
