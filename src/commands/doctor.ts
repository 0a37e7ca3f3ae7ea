import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { examine } from '../doctor/examine.js';
import type { Trust } from '../doctor/exchange.js';
import { countLevels, reportJson, type Section, sectionLines, summaryLine } from '../doctor/report.js';
import { readUsableSettings } from '../doctor/usable-settings.js';
import { type Command, EXIT, UsageError } from './command.js';

const OPTIONS = {
  url: { type: 'string' },
  ca: { type: 'string' },
  insecure: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Says what is wrong, and what to do about it. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'find out what is wrong: settings, disk, ports, bridge, InfluxDB, and the way from Zoom to here',
  help: `Usage: qss-bridge doctor [--url https://HOST/zoom/webhook] [--ca FILE | --insecure] [--json]

Looks at the settings, the data folder, the ports, the running bridge, InfluxDB and the clock, and says of each what is wrong and
what to do. Run it on the machine of the bridge, with the bridge's settings, while the bridge runs.

  --url URL     the address as entered in Zoom: looks at name, certificate and proxy, and posts to it as Zoom does
  --ca FILE     trust the certificates in this PEM file as well, for a private test
  --insecure    send requests to --url even if Zoom would not accept its certificate
  --json        one JSON object instead of lines

  ✓ in order    ! worth a look    ✗ wrong    - not checked

It changes nothing but this: it writes a small file in DATA_DIR and removes it, and posts signed events of the name
qss_bridge.doctor, which the bridge accepts and counts as ignored. With --url it also posts URL validations, and the status page
shows these as Zoom's. Nothing of it comes into InfluxDB.

Exit codes: 0 no fault, 1 a fault, 64 wrong use, 78 the settings have faults.`,

  async run(args, { env, out }) {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const { url, ca, insecure = false, json = false } = values;
    if (ca !== undefined && insecure) throw new UsageError('doctor takes --ca or --insecure, not both');
    const reading = readUsableSettings(env, process.cwd());
    const trust: Trust = { insecure, ca: ca === undefined ? undefined : [readCertificates(ca)] };
    const coloured = process.stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '';
    const sections = await examine(
      { reading, trust, ...(url === undefined ? {} : { url: readUrl(url) }) },
      (section) => {
        if (!json) for (const line of sectionLines(section, coloured)) out(line);
      },
    );
    const code = exitCodeOf(sections, reading.faults.length === 0);
    out(json ? reportJson(sections, code) : summaryLine(sections));
    return code;
  },
};

function exitCodeOf(sections: readonly Section[], settingsUsable: boolean): number {
  if (!settingsUsable) return EXIT.config;
  return countLevels(sections).fault > 0 ? EXIT.failed : EXIT.ok;
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--url takes an address such as https://qss.example.com/zoom/webhook, not ${text}`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError('--url takes an address without user and password');
  return url;
}

function readCertificates(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (error) {
    throw new UsageError(
      `--ca ${file} can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  throw new UsageError(`--ca ${file} holds no certificate in PEM form`);
}
