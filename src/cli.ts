#!/usr/bin/env node
import { main } from './commands/main.js';

// What it writes, and what a program that it starts writes, is for the owner alone, whatever its surroundings say. Files that others
// shall read (tokens for Grafana) are given to them by name.
process.umask(0o077);

// Whoever reads our output may have seen enough, as `head` has.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit();
  throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
