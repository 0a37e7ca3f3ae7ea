import type { RawEnvironment } from '../settings/read-environment.js';

/** What a command gets from its surroundings. */
export type CommandContext = {
  readonly env: RawEnvironment;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
};

/** One command of the executable. */
export type Command = {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text of `--help`. */
  readonly help: string;
  /** @returns the exit code */
  run(args: readonly string[], context: CommandContext): Promise<number>;
};

/** Exit codes. Source: BSD's sysexits. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 64,
  noInput: 66,
  unavailable: 69,
  software: 70,
  cantCreate: 73,
  noPermission: 77,
  config: 78,
} as const;

/** The command line can't be understood. */
export class UsageError extends Error {
  readonly code = 'usage';
}

/** @throws {UsageError} where a command that takes no arguments is given some */
export function refuseArguments(args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`this command takes no arguments: ${args.join(' ')}`);
}
