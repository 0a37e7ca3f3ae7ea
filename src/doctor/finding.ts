/** How a finding stands: `skipped` is what could not be looked at. */
export type Level = 'ok' | 'warning' | 'fault' | 'skipped';

/** One thing that was looked at: what was found, and what to do about it. Never holds a secret or a signature. */
export type Finding = { readonly level: Level; readonly what: string; readonly fix?: string };

export const ok = (what: string): Finding => ({ level: 'ok', what });
export const warning = (what: string, fix: string): Finding => ({ level: 'warning', what, fix });
export const fault = (what: string, fix: string): Finding => ({ level: 'fault', what, fix });
export const skipped = (what: string, fix: string): Finding => ({ level: 'skipped', what, fix });
