import type { Check } from './check.js';
import { type Finding, fault, skipped, warning } from './finding.js';
import { judgeTls } from './public-url/judge-tls.js';
import { judgeWebhook } from './public-url/judge-webhook.js';
import { reachAddresses } from './public-url/reach-addresses.js';
import { resolveName } from './public-url/resolve-name.js';

/** Whether Zoom would get through: name, port, certificate, proxy, secret, answer. */
export const checkUrl: Check = {
  name: 'public_url',
  title: 'Way from Zoom to the bridge',
  limitMs: 75_000,
  async *run(context, signal): AsyncIterable<Finding> {
    const { url, settings } = context;
    if (url === undefined) {
      yield skipped(
        'name, certificate, proxy and answer time were not looked at',
        `qss-bridge doctor --url https://YOUR-HOST${settings.webhook.path}`,
      );
      return;
    }
    if (url.protocol !== 'https:')
      yield fault(
        'Zoom posts to https:// alone',
        'put a proxy with a certificate in front, or set TLS_CERT_FILE and TLS_KEY_FILE',
      );
    if (url.pathname !== settings.webhook.path)
      yield warning(
        `the path of the URL is ${url.pathname}, and WEBHOOK_PATH is ${settings.webhook.path}`,
        'make the two equal, unless the proxy translates one into the other',
      );
    const { finding, addresses } = await resolveName(url, signal);
    yield finding;
    if (addresses.length === 0) return;
    const reached = await reachAddresses(addresses, portOf(url), signal);
    yield* reached;
    if (!reached.some(({ level }) => level === 'ok')) return;
    if (url.protocol === 'https:') {
      let trusted = true;
      for await (const found of judgeTls(url, context, signal)) {
        trusted &&= found.level !== 'fault';
        yield found;
      }
      if (!trusted) {
        yield skipped(
          'no request was sent over a connection that can not be trusted',
          'put the certificate right first; for a private test give --ca FILE or --insecure',
        );
        return;
      }
    }
    yield* judgeWebhook(url, context, signal);
  },
};

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
