import { askSecret } from './ask-secret.js';
import type { Check, DoctorContext } from './check.js';
import { checkBridge } from './check-bridge.js';
import { checkClock } from './check-clock.js';
import { checkDataDir } from './check-data-dir.js';
import { checkFiles } from './check-files.js';
import { checkInflux } from './check-influx.js';
import { checkNode } from './check-node.js';
import { checkPorts } from './check-ports.js';
import { checkSettings } from './check-settings.js';
import { checkUrl } from './check-url.js';
import { USUAL_TRUST } from './exchange.js';
import { measureFsync } from './measure-fsync.js';
import type { Section } from './report.js';
import { runCheck } from './run-check.js';
import { askBridge } from './running-bridge.js';

/** All checks, in the order in which they are made: the bridge is asked before anything is sent to it. */
export const CHECKS: readonly Check[] = [
  checkSettings,
  checkNode,
  checkFiles,
  checkDataDir,
  checkPorts,
  checkBridge,
  checkInflux,
  checkClock,
  checkUrl,
];

/** What the examination is made of; the rest has defaults. */
export type Examination = Pick<DoctorContext, 'reading'> &
  Partial<Pick<DoctorContext, 'url' | 'trust' | 'now' | 'nodeVersion' | 'measureFsync'>>;

/** Makes every check, one after the other, and tells each section once it is whole. */
export async function examine(
  examination: Examination,
  onSection: (section: Section) => void = () => {},
  checks: readonly Check[] = CHECKS,
): Promise<readonly Section[]> {
  const ending = new AbortController();
  const context = contextOf(examination, ending.signal);
  const sections: Section[] = [];
  for (const check of checks) {
    const section = { name: check.name, title: check.title, findings: await runCheck(check, context) };
    sections.push(section);
    onSection(section);
  }
  ending.abort();
  return sections;
}

function contextOf({ reading, ...given }: Examination, signal: AbortSignal): DoctorContext {
  const context: DoctorContext = {
    env: reading.env,
    reading,
    settings: reading.settings,
    url: undefined,
    trust: USUAL_TRUST,
    now: Date.now,
    nodeVersion: process.versions.node,
    measureFsync,
    ...given,
    bridge: once(() => askBridge(reading.settings, signal)),
    takesSecret: once(() => askSecret(context, signal)),
  };
  return context;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}
