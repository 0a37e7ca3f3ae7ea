const REFRESH_MS = 5000;
const STATE_WORDS = {
  ok: 'everything works',
  degraded: 'receiving, but not writing: events wait on disk',
  unavailable: 'can not accept events',
};

const byId = (id) => document.getElementById(id);
const number = (value) => new Intl.NumberFormat().format(value);

function ago(ms, now) {
  if (ms === undefined) return 'never since the start';
  const seconds = Math.max(0, Math.round((now - ms) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3600)} h ago (${new Date(ms).toISOString().slice(0, 16)}Z)`;
}

function list(id, entries) {
  const rows = entries.flatMap(([term, text]) => {
    const dt = document.createElement('dt');
    dt.textContent = term;
    const dd = document.createElement('dd');
    dd.textContent = text;
    return [dt, dd];
  });
  byId(id).replaceChildren(...rows);
}

function show(status) {
  const { counts, receiver, writer, spool, now } = status;
  const state = byId('state');
  state.className = status.state;
  const words = `${STATE_WORDS[status.state]} · version ${status.version}`;
  if (state.textContent !== words) state.textContent = words;
  const problems = status.problems.map(({ what, fix }) => `${what} — ${fix}`);
  byId('problems').replaceChildren(
    ...(problems.length === 0 ? ['nothing'] : problems).map((text) => {
      const item = document.createElement('li');
      item.textContent = text;
      return item;
    }),
  );
  list('receiver', [
    ['Webhook', receiver.webhookUrl],
    ['Last event', ago(receiver.lastAcceptedAt, now)],
    ['Last URL validation', ago(receiver.lastValidationAt, now)],
    [
      'Zoom’s delay',
      receiver.delayMs === undefined ? 'unknown' : `${(receiver.delayMs / 1000).toFixed(1)} s`,
    ],
  ]);
  list(
    'kinds',
    Object.entries(receiver.lastEventAt).map(([name, at]) => [name, ago(at, now)]),
  );
  list(
    'rejected',
    Object.entries(receiver.rejected).map(([reason, count]) => [reason, number(count)]),
  );
  list('counts', [
    ...Object.entries(counts).map(([name, count]) => [name, number(count)]),
    ['on disk', `${number(spool.bytes)} of ${number(spool.maxBytes)} bytes`],
    ['in quarantine', number(status.quarantine.items)],
  ]);
  const points = Object.entries(writer.tally.points);
  list('writer', [
    ['Address', writer.url ?? 'not yet known'],
    ['Bucket', writer.bucket],
    ['Oldest waiting event', spool.oldestWaitingAt === undefined ? 'none' : ago(spool.oldestWaitingAt, now)],
    ...points.map(([measurement, count]) => [`Points of ${measurement}`, number(count)]),
  ]);
  list('settings', Object.entries(status.settings));
}

async function refresh() {
  try {
    const response = await fetch('/status.json');
    show(await response.json());
  } catch {
    byId('state').className = 'unavailable';
    byId('state').textContent = 'the bridge does not answer';
  }
  setTimeout(refresh, REFRESH_MS);
}

refresh();
