import test from 'ava';
import { createAccount } from '../../src/simulator/account.js';
import type { ZoomEvent } from '../../src/simulator/event-types.js';
import type { Fault, FaultKind, Scenario } from '../../src/simulator/faults.js';
import { firstMinutes, liveSamples, mean, numberIn, START } from './stories.js';

interface Measured {
  readonly site: string;
  readonly email: string;
  readonly version: string;
  readonly dataCenter: string;
  readonly at: number;
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** All samples of native clients in meetings, with what the data events tell of their senders. */
function measure(scenario: Scenario): { faults: readonly Fault[]; measured: Measured[] } {
  const account = createAccount({ startTime: START, scenario, participants: 250, meetings: 20 });
  const siteOf = new Map(account.staff.map(({ email, place }) => [email, place.site.name]));
  const details = new Map<string, { version: string; dataCenter: string }>();
  const measured: Measured[] = [];
  for (const { event } of firstMinutes(account, 50)) {
    rememberDetails(event, details);
    const live = event.event === 'meeting.participant_qos' ? liveSamples(event) : undefined;
    const known = live && details.get(live.join);
    if (live === undefined || known === undefined) continue;
    const detail = (type: string, key: string): number | undefined =>
      numberIn(
        live.qos.find((sample) => sample.type === type && sample.details[key] !== undefined)?.details[key],
      );
    if (detail('cpu_usage', 'zoom_avg_cpu_usage') === undefined) continue;
    measured.push({
      ...known,
      site: siteOf.get(live.email) ?? 'guest',
      email: live.email,
      at: Date.parse(live.qos[0]?.date_time ?? ''),
      values: {
        loss: detail('audio_output', 'avg_loss'),
        jitter: detail('audio_output', 'jitter'),
        latency: detail('audio_output', 'latency'),
        rssi: detail('wifi_rssi', 'avg_rssi'),
        cpu: detail('cpu_usage', 'system_max_cpu_usage'),
        frames: detail('video_output', 'frame_rate'),
        score: detail('audio_quality', 'quality_score'),
      },
    });
  }
  return { faults: account.faults, measured };
}

function rememberDetails(
  event: ZoomEvent,
  details: Map<string, { version: string; dataCenter: string }>,
): void {
  if (event.event !== 'meeting.participant_data') return;
  const { uuid, participant } = event.payload.object;
  const [item] = participant.data;
  if (item)
    details.set(`${uuid} ${participant.participant_id}`, {
      version: item.version,
      dataCenter: item.data_center,
    });
}

const SUBJECTS: Readonly<Record<FaultKind, (sample: Measured) => string>> = {
  'site-loss': ({ site }) => site,
  'weak-wifi': ({ email }) => email,
  'busy-cpu': ({ email }) => email,
  'client-version': ({ version }) => version,
  'data-center': ({ dataCenter }) => dataCenter,
  // Of phone lines alone: no meeting has it.
  'bad-line': () => '',
};

function meets(sample: Measured, faults: readonly Fault[], kind?: FaultKind): boolean {
  return faults.some(
    (fault) =>
      (kind === undefined || fault.kind === kind) &&
      fault.subject === SUBJECTS[fault.kind](sample) &&
      fault.from <= sample.at &&
      sample.at < fault.to,
  );
}

function average(samples: readonly Measured[], key: string): number {
  return mean(samples.map(({ values }) => values[key]).filter((value) => value !== undefined));
}

test('a healthy account has no faults, and its numbers stay within Zoom’s recommendations', (t) => {
  const { faults, measured } = measure('healthy');
  t.deepEqual(faults, []);
  const poor = measured.filter(
    ({ values: { loss = 0, jitter = 0, latency = 0 } }) => loss > 2 || jitter > 40 || latency > 150,
  );
  t.true(poor.length / measured.length < 0.001, `${poor.length} of ${measured.length}`);
  t.true(average(measured, 'score') > 4.2);
});

test('bad-site: one site loses packets, the others do not', (t) => {
  const { faults, measured } = measure('bad-site');
  const [fault] = faults;
  t.is(fault?.kind, 'site-loss');
  const hit = measured.filter((sample) => meets(sample, faults));
  const spared = measured.filter(({ site }) => site !== fault?.subject);
  t.true(hit.length > 100);
  t.true(average(hit, 'loss') > 3);
  t.true(average(spared, 'loss') < 0.4);
  t.true(average(hit, 'score') < average(spared, 'score') - 0.8);
});

test('bad-wifi: weak signal, loss and jitter for the people named, good signal for the rest', (t) => {
  const { faults, measured } = measure('bad-wifi');
  const hit = measured.filter((sample) => meets(sample, faults));
  const spared = measured.filter((sample) => !meets(sample, faults));
  t.true(hit.length > 100);
  t.true(average(hit, 'rssi') < -78);
  t.true(average(spared, 'rssi') > -65);
  t.true(average(hit, 'jitter') > 35);
  t.true(average(hit, 'loss') > 1.5);
});

test('busy-cpu: the machine is full and frames are dropped, but nothing is lost on the network', (t) => {
  const { faults, measured } = measure('busy-cpu');
  const hit = measured.filter((sample) => meets(sample, faults));
  const spared = measured.filter((sample) => !meets(sample, faults));
  t.true(hit.length > 100);
  t.true(average(hit, 'cpu') > 90);
  t.true(average(spared, 'cpu') < 60);
  t.true(average(hit, 'frames') < 10);
  t.true(average(spared, 'frames') > 20);
  t.true(average(hit, 'loss') < 0.5);
});

test('mixed: each kind of fault is planned, met by samples and visible in its own number', (t) => {
  const { faults, measured } = measure('mixed');
  const sound = measured.filter((sample) => !meets(sample, faults));
  const signs = {
    'site-loss': ['loss', 1],
    'weak-wifi': ['rssi', -1],
    'busy-cpu': ['cpu', 1],
    'client-version': ['frames', -1],
    'data-center': ['latency', 1],
  } as const;
  for (const [kind, [key, sign]] of Object.entries(signs)) {
    const hit = measured.filter((sample) => meets(sample, faults, kind as FaultKind));
    t.true(hit.length > 20, `${kind}: ${hit.length}`);
    t.true(sign * (average(hit, key) - average(sound, key)) > 0, kind);
  }
  t.true(average(sound, 'loss') < 0.4 && average(sound, 'jitter') < 15);
});

test('mixed: the site’s fault comes and goes', (t) => {
  const { faults, measured } = measure('mixed');
  const window = faults.find(({ kind }) => kind === 'site-loss');
  const atSite = measured.filter(({ site }) => site === window?.subject);
  const during = atSite.filter((sample) => meets(sample, faults, 'site-loss'));
  const before = atSite.filter(({ at }) => at < (window?.from ?? 0));
  t.true(average(during, 'loss') > average(before, 'loss') + 2.5);
});

test('outage plans the same faults as mixed', (t) => {
  t.deepEqual(
    createAccount({ startTime: START, scenario: 'outage' }).faults,
    createAccount({ startTime: START, scenario: 'mixed' }).faults,
  );
});

test('a caller at a bad site has a mean opinion score below 3.5', (t) => {
  const account = createAccount({ startTime: START, scenario: 'bad-site', participants: 400 });
  const [fault] = account.faults;
  const atSite = new Set(
    account.staff.filter(({ place }) => place.site.name === fault?.subject).map(({ email }) => email),
  );
  const scores: { hit: number[]; spared: number[] } = { hit: [], spared: [] };
  for (const { event } of firstMinutes(account, 40)) {
    if (event.event !== 'phone.call_qos') continue;
    const { user_email = '', qos } = event.payload.object.call_qos;
    scores[atSite.has(user_email) ? 'hit' : 'spared'].push(Number(qos.details['mos']));
  }
  t.true(scores.hit.length > 20);
  t.true(mean(scores.hit) < 3.5);
  t.true(mean(scores.spared) > 4);
});

test('day: one fault of each kind, of which the bad line spoils the calls of one person and no meeting', (t) => {
  const account = createAccount({ startTime: START, scenario: 'day', participants: 40, meetings: 6 });
  const kinds = [...new Set(account.faults.map(({ kind }) => kind))].sort();
  t.deepEqual(kinds, ['bad-line', 'busy-cpu', 'client-version', 'data-center', 'site-loss', 'weak-wifi']);
  const owner = account.faults.find(({ kind }) => kind === 'bad-line')?.subject ?? '';
  const scores = { owner: [] as number[], others: [] as number[] };
  for (const { event } of firstMinutes(account, 50)) {
    if (event.event !== 'phone.call_qos') continue;
    const told = JSON.stringify(event);
    const mos = Number(/"mos":"([\d.]+)"/.exec(told)?.[1]);
    (told.includes(owner) ? scores.owner : scores.others).push(mos);
  }
  t.true(scores.owner.length > 5 && scores.others.length > 5, JSON.stringify(scores));
  t.true(mean(scores.owner) < 3.5, `${mean(scores.owner)}`);
  t.true(mean(scores.others) > 3.9, `${mean(scores.others)}`);
});
