import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ADDRESS_SOURCES, type AddressSource, loadAddressFile } from '../attribution/address-source.js';
import { errorText } from '../influx/error-text.js';
import { SitesError } from '../points/sites.js';
import { readSecureContext } from '../receiver/certificate.js';
import { fixFor } from '../settings/faults.js';
import type { Settings } from '../settings/settings.js';
import type { Check } from './check.js';
import { type Finding, fault, ok, warning } from './finding.js';
import { judgeExpiry } from './judge-expiry.js';

/** Whether what lies in the files that the settings name can be used. */
export const checkFiles: Check = {
  name: 'files',
  title: 'Files',
  limitMs: 5_000,
  *run({ settings, now }): Iterable<Finding> {
    const { tls } = settings.webhook;
    let count = 0;
    for (const source of ADDRESS_SOURCES) {
      const file = source.fileOf(settings.points);
      if (file === undefined) continue;
      count += 1;
      yield judgeAddressFile(source, file);
      yield* judgeTag(source, settings.points.contextTags);
    }
    if (tls !== undefined) yield* judgeCertificate(tls, now());
    else if (count === 0) yield ok('the settings name none: no SITES_FILE, no ASN_DB_FILE, no TLS_CERT_FILE');
  },
};

function* judgeTag({ setting, tag }: AddressSource, contextTags: readonly string[]): Iterable<Finding> {
  if (contextTags.includes(tag)) return;
  yield warning(
    `${setting} is set, but CONTEXT_TAGS leaves out ${tag}: nothing of it is written`,
    `add ${tag} to CONTEXT_TAGS, or leave ${setting} out`,
  );
}

function judgeAddressFile(source: AddressSource, file: string): Finding {
  const { setting, title } = source;
  try {
    loadAddressFile(source, file);
    return ok(`${title} ${file} can be read`);
  } catch (error) {
    const isList = error instanceof SitesError;
    return fault(
      `${setting} ${file} can't be used: ${errorText(error)}`,
      isList ? 'correct the lines named here; the form is cidr,site' : fixFor(setting),
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
