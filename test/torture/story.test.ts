import test from 'ava';
import { tellStory } from '../../torture/story.js';

const START = Date.UTC(2026, 0, 15, 10);
const story = tellStory(1, START);
const texts = story.map(({ event }) => JSON.stringify(event));

test('a seed tells the same story again, another seed another one', (t) => {
  t.deepEqual(tellStory(1, START), story);
  t.notDeepEqual(tellStory(2, START), story);
});

test('it holds events that come twice, are corrected, can not be read in part, not be decoded, and are of no use', (t) => {
  t.true(new Set(texts).size < texts.length, 'repeated');
  t.true(texts.some((text) => text.includes('furlongs')));
  t.true(texts.some((text) => text.includes('"payload":{}')));
  t.true(texts.some((text) => text.includes('user.presence_status_updated')));
  t.true(texts.some((text) => /"bitrate":"1\d\d\d? kbps"/.test(text)));
});

test('every kind of event that tells of quality is in it', (t) => {
  for (const name of ['meeting.participant', 'webinar.participant', 'session.user'])
    for (const kind of ['qos', 'qos_summary', 'data', 'data_summary'])
      t.true(
        texts.some((text) => text.includes(`"event":"${name}_${kind}"`)),
        `${name}_${kind}`,
      );
  t.true(texts.some((text) => text.includes('"event":"phone.call_qos"')));
  t.true(texts.some((text) => text.includes('"event":"phone.call_qos_summary"')));
});
