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

function due(ms, now) {
  return ms > now ? `in ${duration(ms - now)}` : `overdue by ${duration(now - ms)}`;
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

const SVG = 'http://www.w3.org/2000/svg';
const SPARKLINE = { width: 240, height: 40, minutes: 60 };

/** One hour of a figure, a bar a minute; the words say the same to those who can't see it. */
function sparkline(label, values) {
  const most = Math.max(1, ...values);
  const figure = element('figure');
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${SPARKLINE.width} ${SPARKLINE.height}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute(
    'aria-label',
    `${label} in the last ${values.length} minutes: now ${number(values.at(-1) ?? 0)}, at most ${number(Math.max(0, ...values))}`,
  );
  const step = SPARKLINE.width / SPARKLINE.minutes;
  for (const [index, value] of values.entries()) {
    const bar = document.createElementNS(SVG, 'rect');
    const height = Math.max(value > 0 ? 1 : 0, (value / most) * SPARKLINE.height);
    bar.setAttribute('x', String(SPARKLINE.width - (values.length - index) * step));
    bar.setAttribute('y', String(SPARKLINE.height - height));
    bar.setAttribute('width', String(step - 0.5));
    bar.setAttribute('height', String(height));
    svg.append(bar);
  }
  figure.append(element('figcaption', `${label} (most: ${number(Math.max(0, ...values))})`), svg);
  return figure;
}

function showHour(history) {
  put('hour', history, (minutes) =>
    minutes.length === 0
      ? [element('p', 'The last hour is drawn here, a minute at a time.', 'note')]
      : [
          sparkline(
            'Accepted a minute',
            minutes.map(({ accepted }) => accepted),
          ),
          sparkline(
            'Written a minute',
            minutes.map(({ written }) => written),
          ),
          sparkline(
            'Waiting',
            minutes.map(({ waiting }) => waiting),
          ),
          sparkline(
            'Quarantined a minute',
            minutes.map(({ quarantined }) => quarantined),
          ),
        ],
  );
}

function showHappenings(happenings) {
  put('happenings', happenings, (all) =>
    all.length === 0
      ? [element('li', 'Nothing yet.')]
      : all.map(({ at, level, message, reason, cause }) => {
          const item = element('li', undefined, level);
          const time = element('time', new Date(at).toLocaleString());
          time.dateTime = new Date(at).toISOString();
          const more = [reason, cause].filter((text) => text !== undefined).join(': ');
          item.append(time, ` ${level}: ${message}${more === '' ? '' : ` (${more})`}`);
          return item;
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
  const isOkButNoted = status.state === 'ok' && status.problems.length > 0;
  showState(status.state, isOkButNoted ? 'works, with something to look at' : STATE_WORDS[status.state]);
  put('about', [status.version, duration(now - status.startedAt)], ([version, up]) => [
    `version ${version}, up ${up}`,
  ]);
  showProblems(status.problems, writer, now);
  rows('receiver', [
    ['Webhook', receiver.webhookUrl],
    ['Last event', ago(receiver.lastAcceptedAt, now)],
    [
      'Last URL validation',
      receiver.lastValidationAt === undefined ? 'none yet' : ago(receiver.lastValidationAt, now),
    ],
    [
      'Next one due',
      receiver.nextValidationAt === undefined
        ? 'when you press Validate in Zoom'
        : due(receiver.nextValidationAt, now),
    ],
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
  showHour(status.history);
  showHappenings(status.happenings);
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
