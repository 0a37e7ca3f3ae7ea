import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the system's Chromium. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: findChromium(process.env), args: ARGUMENTS });
}

/**
 * Finds Chromium by the variable CHROMIUM or on the PATH.
 *
 * @throws where there is none: what can't be looked at is not passed over
 */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['CHROMIUM'];
  const onPath = (env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = (named === undefined ? onPath : [named]).find(executable);
  if (found !== undefined) return found;
  const missing =
    named === undefined ? 'There is no Chromium on the PATH' : `CHROMIUM=${named} is no program`;
  throw new Error(
    `${missing}, and the status page is tested in one: apt-get install chromium, or set CHROMIUM to the path of a Chromium or Chrome.`,
  );
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
