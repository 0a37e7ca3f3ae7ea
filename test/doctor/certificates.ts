import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Teardown } from '../helpers/influx.js';
import { tempFolder } from '../helpers/temp-folder.js';

/** A certificate and its key, as files and as text. */
export type Pair = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
};

export type CertificateOptions = { readonly name?: string; readonly days?: number };

/** An authority of the test's own. */
export type Authority = {
  /** The certificate to trust, which is what `--ca` takes. */
  readonly ca: string;
  readonly caFile: string;
  /** Issues one directly. */
  issue(options?: CertificateOptions): Promise<Pair>;
  /** Issues one through an intermediate authority; the file holds the whole chain or the leaf alone. */
  issueByIntermediate(options: { readonly wholeChain: boolean }): Pair;
};

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });

/** Makes an authority with openssl. */
export function makeAuthority(t: Teardown): Authority {
  const folder = tempFolder(t, 'certificates');
  const at = (name: string) => join(folder, name);
  const pair = (name: string): Pair => ({
    certFile: at(`${name}.pem`),
    keyFile: at(`${name}-key.pem`),
    cert: readFileSync(at(`${name}.pem`), 'utf8'),
    key: readFileSync(at(`${name}-key.pem`), 'utf8'),
  });
  const root = [
    'req',
    '-x509',
    ...KEY,
    '-days',
    '30',
    '-subj',
    '/CN=Test Root',
    '-addext',
    'keyUsage=keyCertSign',
  ];
  openssl(...root, '-keyout', at('root-key.pem'), '-out', at('root.pem'));
  const sign = (file: string, subject: string, issuer: string, extensions: string, days: number) => {
    openssl(
      'req',
      '-new',
      ...KEY,
      '-subj',
      `/CN=${subject}`,
      '-keyout',
      at(`${file}-key.pem`),
      '-out',
      at('r.pem'),
    );
    writeFileSync(at('e.cnf'), extensions);
    const by = ['-CA', at(`${issuer}.pem`), '-CAkey', at(`${issuer}-key.pem`), '-CAcreateserial'];
    openssl(
      'x509',
      '-req',
      '-in',
      at('r.pem'),
      ...by,
      '-days',
      String(days),
      '-extfile',
      at('e.cnf'),
      '-out',
      at(`${file}.pem`),
    );
  };
  return {
    ca: readFileSync(at('root.pem'), 'utf8'),
    caFile: at('root.pem'),
    issue: async ({ name = 'localhost', days = 90 } = {}) => {
      sign(`leaf-${name}-${days}`, name, 'root', `subjectAltName=DNS:${name}`, days);
      // One of no days is valid until the end of this second.
      if (days === 0) await sleep(1_100);
      return pair(`leaf-${name}-${days}`);
    },
    issueByIntermediate: ({ wholeChain }) => {
      sign('middle', 'Test Intermediate', 'root', 'basicConstraints=critical,CA:TRUE', 30);
      sign('behind', 'localhost', 'middle', 'subjectAltName=DNS:localhost', 90);
      if (wholeChain)
        writeFileSync(
          at('behind.pem'),
          readFileSync(at('behind.pem'), 'utf8') + readFileSync(at('middle.pem'), 'utf8'),
        );
      return pair('behind');
    },
  };
}

/** A certificate that nobody but itself vouches for. */
export function makeSelfSigned(t: Teardown): Pair {
  const folder = tempFolder(t, 'self-signed');
  const certFile = join(folder, 'c.pem');
  const keyFile = join(folder, 'k.pem');
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  openssl('req', '-x509', ...KEY, '-days', '90', ...name, '-keyout', keyFile, '-out', certFile);
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}
