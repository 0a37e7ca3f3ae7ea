import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { errorText } from '../influx/error-text.js';
import { readSites } from '../points/sites.js';
import { readSecureContext } from '../receiver/certificate.js';
import { fixFor } from '../settings/faults.js';
import type { Settings } from '../settings/settings.js';
import type { Check } from './check.js';
import { type Finding, fault, ok } from './finding.js';
import { judgeExpiry } from './judge-expiry.js';

/** Whether what lies in the files that the settings name can be used. */
export const checkFiles: Check = {
  name: 'files',
  title: 'Files',
  limitMs: 5_000,
  *run({ settings, now }): Iterable<Finding> {
    const { sitesFile } = settings.points;
    const { tls } = settings.webhook;
    if (sitesFile !== undefined) yield judgeSites(sitesFile);
    if (tls !== undefined) yield* judgeCertificate(tls, now());
    if (sitesFile === undefined && tls === undefined)
      yield ok('the settings name none: no SITES_FILE, no TLS_CERT_FILE');
  },
};

function judgeSites(file: string): Finding {
  try {
    readSites(readFileSync(file, 'utf8'));
    return ok(`the site list ${file} can be read`);
  } catch (error) {
    return fault(
      `SITES_FILE ${file} can't be used: ${errorText(error)}`,
      'correct the lines named here; the form is cidr,site',
    );
  }
}

function* judgeCertificate(tls: NonNullable<Settings['webhook']['tls']>, nowMs: number): Iterable<Finding> {
  try {
    createSecureContext(readSecureContext(tls));
    const { validTo } = new X509Certificate(readFileSync(tls.certFile));
    yield judgeExpiry(`the certificate ${tls.certFile}`, Date.parse(validTo), nowMs);
  } catch (error) {
    yield fault(
      `TLS_CERT_FILE ${tls.certFile} and its key ${tls.keyFile} can't be used: ${errorText(error)}`,
      fixFor('TLS_CERT_FILE'),
    );
  }
}
