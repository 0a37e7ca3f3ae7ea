const REFRESH_MS = 5000;
const PATIENCE_MS = 4000;
const STATE_WORDS = {
  ok: 'everything works',
  degraded: 'receiving, but not writing: events wait on disk',
  unavailable: 'can not accept events',
};
const SIGN = { ok: '', degraded: '▲ ', unavailable: '■ ' };

const byId = (id) => document.getElementById(id);
const number = (value) => new Intl.NumberFormat('en').format(value);

function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(value / 1024 ** step)} ${units[step]}`;
}

function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

function ago(ms, now) {
  if (ms === undefined) return 'never since the start';
  const exact =
    now - ms < 7_200_000 ? '' : ` (${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC)`;
  return `${duration(now - ms)} ago${exact}`;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  return made;
}

/** Touches the page only where something has changed, so that neither a reader's place nor a selection is lost. */
const shown = new Map();
function put(id, content, make) {
  const key = JSON.stringify(content);
  if (shown.get(id) === key) return;
  shown.set(id, key);
  byId(id).replaceChildren(...make(content));
}

function rows(id, entries, empty) {
  const told = entries.length === 0 && empty !== undefined ? [['none', empty]] : entries;
  put(id, told, (all) => all.flatMap(([term, text]) => [element('dt', term), element('dd', text)]));
}

function tiles(id, entries) {
  put(id, entries, (all) =>
    all.map(([term, text]) => {
      const tile = element('div');
      tile.append(element('dt', term), element('dd', text));
      return tile;
    }),
  );
}

const counted = (values) => Object.entries(values).map(([name, count]) => [name, number(count)]);

function showState(state, words) {
  const target = byId('state');
  target.className = state;
  if (target.textContent !== words) target.textContent = words;
  document.title = `${SIGN[state]}QSS Bridge`;
}

function showProblems(problems, writer, now) {
  const since = writer.obstacleSince === undefined ? '' : ` (for ${duration(now - writer.obstacleSince)})`;
  const told = problems.map(({ severity, what, fix }) => ({
    severity,
    what: severity === 'degraded' ? what + since : what,
    fix: `What to do: ${fix}`,
  }));
  put('problems', told, (all) =>
    all.length === 0
      ? [element('li', 'Nothing.')]
      : all.map(({ severity, what, fix }) => {
          const item = element('li', undefined, severity);
          item.append(element('p', what), element('p', fix));
          return item;
        }),
  );
}

function show(status) {
  const { counts, receiver, writer, spool, now } = status;
  showState(status.state, STATE_WORDS[status.state]);
  put('about', [status.version, duration(now - status.startedAt)], ([version, up]) => [
    `version ${version}, up ${up}`,
  ]);
  showProblems(status.problems, writer, now);
  rows('receiver', [
    ['Webhook', receiver.webhookUrl],
    ['Last event', ago(receiver.lastAcceptedAt, now)],
    ['Last URL validation', ago(receiver.lastValidationAt, now)],
    [
      'Zoom’s delay',
      receiver.delayMs === undefined ? 'unknown' : `${(receiver.delayMs / 1000).toFixed(1)} s`,
    ],
  ]);
  rows(
    'kinds',
    Object.entries(receiver.lastEventAt).map(([name, at]) => [name, ago(at, now)]),
    'no event yet',
  );
  rows('rejected', counted(receiver.rejected), 'nothing was refused');
  tiles('counts', counted(counts));
  rows('spool', [
    ['On disk', `${bytes(spool.bytes)} of ${bytes(spool.maxBytes)}`],
    ['Oldest waiting event', spool.oldestWaitingAt === undefined ? 'none' : ago(spool.oldestWaitingAt, now)],
    ['Items in quarantine', number(status.quarantine.items)],
  ]);
  const { tally } = writer;
  rows(
    'omitted',
    counted({ ...tally.events, ...tally.omissions, ...tally.refusals }),
    'nothing was left out',
  );
  rows('writer', [
    ['Address', writer.url ?? 'not yet known'],
    ['Bucket', writer.bucket],
    [
      'Takes points',
      writer.obstacle === undefined ? 'yes' : `no, for ${duration(now - (writer.obstacleSince ?? now))}`,
    ],
  ]);
  rows('points', counted(tally.points), 'no point yet');
  rows('settings', Object.entries(status.settings));
}

async function refresh() {
  try {
    const response = await fetch('/status.json', { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    show(await response.json());
    byId('updated').textContent =
      `Updated ${new Date().toLocaleTimeString()}, again every ${REFRESH_MS / 1000} s`;
    document.body.classList.remove('stale');
  } catch {
    showState('unavailable', 'the bridge does not answer');
    document.body.classList.add('stale');
  }
  setTimeout(refresh, REFRESH_MS);
}

refresh();
