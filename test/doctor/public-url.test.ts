import test, { type ExecutionContext } from 'ava';
import { postSigned } from '../../src/doctor/post-signed.js';
import { findFreePort } from '../../src/influx/local/free-port.js';
import { type Authority, makeAuthority, makeSelfSigned } from './certificates.js';
import { type Examined, examined } from './examined.js';
import { type ProxyOptions, startProxy } from './proxy.js';
import { type RealBridge, SECRET, startRealBridge } from './real-bridge.js';

type Scene = { readonly running: RealBridge; readonly authority: Authority };

async function scene(t: ExecutionContext, env: Readonly<Record<string, string>> = {}): Promise<Scene> {
  return { running: await startRealBridge(t, env), authority: makeAuthority(t) };
}

/** Puts a proxy with a good certificate in front of the bridge, and examines the way through it. */
async function through(
  t: ExecutionContext,
  { running, authority }: Scene,
  options: ProxyOptions = {},
  env: Readonly<Record<string, string>> = running.env,
): Promise<Examined> {
  const pair = options.pair ?? (await authority.issue());
  const url = await startProxy(t, running.port, { ...options, pair });
  return await examined(env, ['public_url'], { url, trust: { insecure: false, ca: [authority.ca] } });
}

/** The one complaint beside that localhost is no address for Zoom. */
function onlyComplaint(t: ExecutionContext, { complaints, text }: Examined): string {
  const others = complaints.filter((line) => !line.includes('not an address that Zoom can reach'));
  t.is(others.length, 1, text);
  return others[0] ?? '';
}

/** Makes the first request slow, and no other. */
const onValidation = (ms: number) => (body: Buffer) => (body.includes('plainToken') ? ms : 0);

const LEAVE_BODY = /-> .*body byte for byte.*docs\/zoom-setup\.md/;

test.serial('a good proxy with a good certificate gets a tick for each step of the way', async (t) => {
  const place = await scene(t);
  const result = await through(t, place);
  t.deepEqual(result.lines('fault'), [], result.text);
  for (const line of [
    /^port \d+ is open at /,
    /^it speaks TLSv1\.[23]$/,
    /^the certificate comes from Test Root, and its chain is complete$/,
    /^the certificate is valid for 90 d more$/,
    /^a URL validation signed with ZOOM_SECRET_TOKEN is answered rightly/,
    /^a signed event is taken \(204\)$/,
    /^nothing on the way alters the body/,
    /^a body of 2 MB is taken$/,
    /^the slowest answer took .*; Zoom waits 3 s$/,
    /^the events came to the bridge with these settings, which counts them as ignored$/,
  ])
    t.true(
      result.lines('ok').some((found) => line.test(found)),
      `${line} in\n${result.text}`,
    );
});

test.serial(
  'what the doctor posts is counted as ignored and leaves nothing behind in quarantine',
  async (t) => {
    const place = await scene(t);
    await through(t, place);
    const { accepted } = place.running.bridge.status().counts;
    t.is(accepted, 4);
    t.deepEqual(place.running.bridge.status().receiver.rejected, {});
    t.is(place.running.bridge.status().quarantine.items, 0);
  },
);

test.serial('a bridge that speaks HTTPS itself needs no proxy', async (t) => {
  const authority = makeAuthority(t);
  const { certFile, keyFile } = await authority.issue();
  const running = await startRealBridge(t, { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile });
  const url = new URL(`https://localhost:${running.port}/zoom/webhook`);
  const result = await examined(running.env, ['ports', 'bridge', 'public_url'], {
    url,
    trust: { insecure: false, ca: [authority.ca] },
  });
  t.deepEqual(result.lines('fault'), [], result.text);
  t.regex(result.text, /✓ it takes events signed with ZOOM_SECRET_TOKEN/);
  t.regex(result.text, /✓ the events came to the bridge with these settings/);
});

test.serial('an expired certificate is named with its date, and nothing is sent over it', async (t) => {
  const place = await scene(t);
  const result = await through(t, place, { pair: await place.authority.issue({ days: 0 }) });
  t.regex(
    onlyComplaint(t, result),
    /^✗ the certificate expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC: Zoom delivers nothing.* -> renew it now/,
  );
  t.regex(
    result.lines('skipped').join('\n'),
    /no request was sent over a connection that can not be trusted/,
  );
  t.is(place.running.bridge.status().counts.accepted, 0);
});

test.serial('a certificate with less than two weeks left is worth a warning', async (t) => {
  const place = await scene(t);
  const result = await through(t, place, { pair: await place.authority.issue({ days: 9 }) });
  t.regex(onlyComplaint(t, result), /^! the certificate expires in 9 d, on .* -> see that it is renewed/);
});

test.serial('a certificate for another name is told with both names', async (t) => {
  const place = await scene(t);
  const result = await through(t, place, { pair: await place.authority.issue({ name: 'other.example' }) });
  t.regex(
    onlyComplaint(t, result),
    /^✗ the certificate is for other\.example, not for localhost: Zoom delivers nothing.* -> get one for this name/,
  );
});

test.serial('a self-signed certificate needs one of a public authority', async (t) => {
  const place = await scene(t);
  const result = await through(t, place, { pair: makeSelfSigned(t) });
  t.regex(
    onlyComplaint(t, result),
    /^✗ the certificate is self-signed: Zoom delivers nothing.* -> get one from a public authority/,
  );
});

test.serial('a chain without its intermediate certificate is told from a wrong one', async (t) => {
  const place = await scene(t);
  const leafAlone = await through(t, place, {
    pair: place.authority.issueByIntermediate({ wholeChain: false }),
  });
  t.regex(
    onlyComplaint(t, leafAlone),
    /^✗ the chain of the certificate is incomplete.* -> serve the whole chain/,
  );
  const whole = await through(t, place, { pair: place.authority.issueByIntermediate({ wholeChain: true }) });
  t.deepEqual(whole.lines('fault'), [], whole.text);
});

test.serial('--insecure goes on past a bad certificate, and says that Zoom would not', async (t) => {
  const place = await scene(t);
  const url = await startProxy(t, place.running.port, { pair: makeSelfSigned(t) });
  const result = await examined(place.running.env, ['public_url'], {
    url,
    trust: { insecure: true, ca: undefined },
  });
  t.deepEqual(result.lines('fault'), [], result.text);
  t.regex(
    onlyComplaint(t, result),
    /^! the certificate is self-signed; passed over, since --insecure was given/,
  );
  t.regex(result.text, /✓ a signed event is taken \(204\)/);
});

test.serial('a server that speaks only TLS 1.1 is told so', async (t) => {
  const place = await scene(t);
  const result = await through(t, place, {
    tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  });
  t.regex(
    onlyComplaint(t, result),
    /^✗ it speaks only TLSv1\.1, and Zoom wants TLS 1\.2 or newer -> switch on TLS 1\.2/,
  );
});

test.serial('a port that speaks plain HTTP is no HTTPS', async (t) => {
  const { running } = await scene(t);
  const url = await startProxy(t, running.port);
  url.protocol = 'https:';
  const result = await examined(running.env, ['public_url'], { url });
  t.regex(
    onlyComplaint(t, result),
    /^✗ no TLS handshake: it does not speak TLS there -> see that this port is served by HTTPS/,
  );
});

test.serial(
  'http:// is refused, since Zoom posts to https alone, and the rest is looked at all the same',
  async (t) => {
    const { running } = await scene(t);
    const result = await examined(running.env, ['public_url'], { url: await startProxy(t, running.port) });
    t.regex(
      onlyComplaint(t, result),
      /^✗ Zoom posts to https:\/\/ alone -> put a proxy with a certificate in front/,
    );
    t.regex(result.text, /✓ a signed event is taken \(204\)/);
  },
);

test.serial('a proxy that writes JSON anew is found: plain JSON passes, odd JSON does not', async (t) => {
  const result = await through(t, await scene(t), {
    alterBody: (body) => Buffer.from(JSON.stringify(JSON.parse(body.toString()))),
  });
  t.regex(
    onlyComplaint(t, result),
    /^✗ a proxy alters the body: an event in plain JSON is taken \(204\), one with spaces/,
  );
  t.regex(onlyComplaint(t, result), LEAVE_BODY);
});

test.serial('a proxy that only escapes letters beyond ASCII is found as well', async (t) => {
  const result = await through(t, await scene(t), {
    alterBody: (body) =>
      Buffer.from(
        body
          .toString()
          .replace(/[^\x00-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
      ),
  });
  t.regex(onlyComplaint(t, result), /^✗ a proxy alters the body: an event in plain JSON is taken/);
});

test.serial(
  'a proxy that alters every body is told from a wrong secret by asking the bridge directly',
  async (t) => {
    const result = await through(t, await scene(t), {
      alterBody: (body) => Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 2)),
    });
    t.regex(
      onlyComplaint(t, result),
      /^✗ a proxy alters the body: the bridge takes the same secret when asked directly/,
    );
    t.regex(onlyComplaint(t, result), LEAVE_BODY);
  },
);

test.serial('a secret that is not the one of the running bridge is told as that', async (t) => {
  const place = await scene(t);
  const env = { ...place.running.env, ZOOM_SECRET_TOKEN: 'Another-Secret-Entirely' };
  const result = await through(t, place, {}, env);
  t.regex(
    onlyComplaint(t, result),
    /^✗ the running bridge has another ZOOM_SECRET_TOKEN than these settings: .* -> start the bridge again/,
  );
});

test.serial('a second secret that the running bridge does not know yet is named by its place', async (t) => {
  const place = await scene(t);
  const env = { ...place.running.env, ZOOM_SECRET_TOKEN: `${SECRET},The-Token-Of-Tomorrow` };
  const result = await through(t, place, {}, env);
  t.regex(
    onlyComplaint(t, result),
    /^✗ the running bridge does not know secret 2 of 2 -> start the bridge again/,
  );
});

test.serial("a proxy that drops Zoom's headers is told by the bridge's own counters", async (t) => {
  const result = await through(t, await scene(t), {
    alterHeaders: ({ 'x-zm-signature': _s, 'x-zm-request-timestamp': _t, ...others }) => others,
  });
  t.regex(
    onlyComplaint(t, result),
    /^✗ a proxy drops Zoom's headers: the bridge refused a signed request as signature_missing -> let the proxy pass on x-zm-signature/,
  );
});

test.serial(
  'a proxy that takes the authorization header away is told, where that is the second lock',
  async (t) => {
    const place = await scene(t, {
      WEBHOOK_AUTH_HEADER: 'authorization: Basic em9vbTpleGFtcGxlLXBhc3N3b3Jk',
    });
    const result = await through(t, place, { alterHeaders: ({ authorization: _a, ...others }) => others });
    t.regex(
      onlyComplaint(t, result),
      /^✗ the header authorization does not arrive, .* -> let the proxy pass that header on; one that asks for a login itself/,
    );
    t.notRegex(result.text, /em9vbTpl/);
  },
);

test.serial('a login in front is told from a refusal of the bridge', async (t) => {
  const result = await through(t, await scene(t), {
    answer: (_incoming, outgoing) => {
      outgoing.writeHead(401, { 'www-authenticate': 'Basic realm="intranet"' }).end('<h1>Log in</h1>');
      return true;
    },
  });
  t.regex(
    onlyComplaint(t, result),
    /^✗ signed requests are answered 401, but not by the bridge with these settings: something in front asks for a login/,
  );
});

test.serial('where the bridge can not be asked, every meaning of 401 is told', async (t) => {
  const place = await scene(t);
  const env = {
    ...place.running.env,
    ADMIN_PORT: String(await findFreePort()),
    ZOOM_SECRET_TOKEN: 'Another-Secret-Entirely',
  };
  const result = await through(t, place, {}, env);
  const line = onlyComplaint(t, result);
  t.regex(line, /^✗ signed requests are refused \(401\)\. One of these: .*another ZOOM_SECRET_TOKEN/);
  t.regex(line, /drops the headers.*alters the body.*clocks.*login/);
  t.regex(line, /-> run the doctor on the machine of the bridge/);
});

test.serial('a redirect is a fault: Zoom does not follow', async (t) => {
  const result = await through(t, await scene(t), {
    answer: (incoming, outgoing) => {
      outgoing.writeHead(308, { location: `https://www.example.com${incoming.url}?session=abc` }).end();
      return true;
    },
  });
  t.regex(
    onlyComplaint(t, result),
    /^✗ it redirects \(308\) to https:\/\/www\.example\.com\/zoom\/webhook: Zoom does not follow.* -> enter the address behind/,
  );
});

test.serial('a slow way is measured against the three seconds that Zoom waits', async (t) => {
  const place = await scene(t);
  const slow = await through(t, place, { delay: onValidation(1_700) });
  t.regex(
    onlyComplaint(t, slow),
    /^! the slowest answer took [12]\.\d s; Zoom waits 3 s -> look at the proxy/,
  );
  const tooSlow = await through(t, place, { delay: onValidation(3_200) });
  t.regex(
    onlyComplaint(t, tooSlow),
    /^✗ the slowest answer took [3-7]\.\d s: Zoom waits 3 s, then takes the event for not delivered/,
  );
});

test.serial('a proxy that never answers is left after some seconds', async (t) => {
  const result = await through(t, await scene(t), { delay: () => 20_000 });
  t.true(
    result.complaints.some((line) =>
      line.startsWith('✗ no answer came in time: Zoom waits 3 s, and tries again three times ->'),
    ),
    result.text,
  );
});

for (const [status, said] of [
  [403, /^✗ something in front of the bridge forbids the request \(403\).* -> let the firewall/],
  [404, /^✗ there is nothing at this path \(404\) -> make three things equal/],
  [405, /^✗ POST is not allowed there \(405\) -> let the proxy pass on POST/],
  [502, /^✗ the proxy does not reach the bridge \(502\) -> see that the bridge runs/],
] as const)
  test.serial(`the answer ${status} is explained`, async (t) => {
    const result = await through(t, await scene(t), {
      answer: (_incoming, outgoing) => {
        outgoing.writeHead(status).end();
        return true;
      },
    });
    t.regex(onlyComplaint(t, result), said);
  });

test.serial('a bridge that can not store is told from a proxy that can not reach it', async (t) => {
  const result = await through(t, await scene(t), {
    answer: (_incoming, outgoing) => {
      outgoing.writeHead(503, { 'retry-after': '30' }).end();
      return true;
    },
  });
  t.regex(onlyComplaint(t, result), /^✗ the bridge can not store events now \(503\)/);
});

test.serial('a page that answers 200 to everything is no bridge', async (t) => {
  const result = await through(t, await scene(t), {
    answer: (_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
      return true;
    },
  });
  t.regex(
    onlyComplaint(t, result),
    /^✗ a URL validation is answered 200, but not by a bridge: a page comes back/,
  );
});

test.serial("a proxy that stops at nginx's usual size would lose the summaries of long calls", async (t) => {
  const result = await through(t, await scene(t), {
    answer: (_incoming, outgoing, body) => {
      if (body.length <= 1024 * 1024) return false;
      outgoing.writeHead(413).end();
      return true;
    },
  });
  t.regex(
    onlyComplaint(t, result),
    /^✗ a body of 2 MB is refused, .*: the proxy takes no bodies of this size \(413\) -> .*client_max_body_size 9m/,
  );
});

test.serial('a URL that leads to another bridge with the same secret is found', async (t) => {
  const place = await scene(t);
  const other = await startRealBridge(t);
  const result = await through(t, { ...place, running: other }, {}, place.running.env);
  t.regex(onlyComplaint(t, result), /^✗ the events were taken, but not by the bridge with these settings/);
});

test.serial('a path unlike WEBHOOK_PATH is worth a look', async (t) => {
  const place = await scene(t);
  const url = await startProxy(t, place.running.port, { pair: await place.authority.issue() });
  url.pathname = '/zoom';
  const result = await examined(place.running.env, ['public_url'], {
    url,
    trust: { insecure: false, ca: [place.authority.ca] },
  });
  t.regex(result.text, /! the path of the URL is \/zoom, and WEBHOOK_PATH is \/zoom\/webhook/);
  t.regex(result.text, /✗ there is nothing at this path \(404\)/);
});

test.serial('a name that DNS does not know ends there', async (t) => {
  const { running } = await scene(t);
  const result = await examined(running.env, ['public_url'], {
    url: new URL('https://no-such-host.invalid/zoom/webhook'),
  });
  t.is(result.complaints.length, 1);
  t.regex(result.complaints.join(), /^✗ DNS (does not know|gives no answer for) no-such-host\.invalid/);
});

test.serial('a bare address is no name for Zoom', async (t) => {
  const { running } = await scene(t);
  const url = new URL(`http://127.0.0.1:${running.port}/zoom/webhook`);
  const result = await examined(running.env, ['public_url'], { url });
  t.regex(
    result.text,
    /✗ 127\.0\.0\.1 is an address: Zoom wants a name\n {6}fix: give this machine a name in DNS/,
  );
});

test.serial('a closed port is told with the address', async (t) => {
  const { running } = await scene(t);
  const port = await findFreePort();
  const result = await examined(running.env, ['public_url'], {
    url: new URL(`https://localhost:${port}/zoom/webhook`),
  });
  t.true(
    result.complaints.some((line) =>
      new RegExp(
        `^✗ no connection to 127\\.0\\.0\\.1 port ${port}: nothing listens there .* -> see that the proxy`,
      ).test(line),
    ),
    result.text,
  );
});

test.serial('without --url it says that this way was not looked at, and how to', async (t) => {
  const { running } = await scene(t, { WEBHOOK_PATH: '/hooks/zoom' });
  const result = await examined(running.env, ['public_url']);
  t.deepEqual(result.lines('skipped'), [
    'name, certificate, proxy and answer time were not looked at -> qss-bridge doctor --url https://YOUR-HOST/hooks/zoom',
  ]);
});

test.serial('without a secret nothing is sent, and it says why', async (t) => {
  const place = await scene(t);
  const { ZOOM_SECRET_TOKEN: _secret, ...env } = place.running.env;
  const result = await through(t, place, {}, env);
  t.regex(
    result.lines('skipped').join(),
    /no signed request was sent: there is no secret to sign with -> set ZOOM_SECRET_TOKEN first/,
  );
  t.is(place.running.bridge.status().counts.accepted, 0);
});

test.serial('neither secrets nor signatures are ever said', async (t) => {
  const place = await scene(t);
  const seen: string[] = [];
  const result = await through(t, place, {
    alterHeaders: (headers) => {
      seen.push(String(headers['x-zm-signature']));
      return headers;
    },
    alterBody: (body) => Buffer.concat([body, Buffer.from(' ')]),
  });
  t.true(seen.length > 0);
  for (const secret of [SECRET, ...seen]) t.false(JSON.stringify(result.sections).includes(secret));
});

test.serial('requests are signed as Zoom signs them', async (t) => {
  const { running } = await scene(t);
  const answer = await postSigned({
    url: new URL(`http://127.0.0.1:${running.port}/zoom/webhook`),
    secret: SECRET,
    body: Buffer.from('{"event":"qss_bridge.doctor"}'),
    authHeader: undefined,
    nowMs: Date.now(),
    trust: { insecure: false, ca: undefined },
    timeoutMs: 3_000,
    signal: new AbortController().signal,
  });
  t.is(answer.kind === 'answer' ? answer.status : answer.code, 204);
});
