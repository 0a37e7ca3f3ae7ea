import test from 'ava';
import { type Direction, type Leg, type Media, readStream } from '../../src/zoom/stream.js';

const STREAMS: [string, Media, Direction, Leg][] = [
  ['audio_input', 'audio', 'sent', 'client'],
  ['audio_output', 'audio', 'received', 'client'],
  ['video_input', 'video', 'sent', 'client'],
  ['video_output', 'video', 'received', 'client'],
  ['as_input', 'share', 'sent', 'client'],
  ['as_output', 'share', 'received', 'client'],
  ['audio_device_from_crc', 'audio', 'sent', 'crc'],
  ['audio_device_to_crc', 'audio', 'received', 'crc'],
  ['video_device_from_crc', 'video', 'sent', 'crc'],
  ['video_device_to_crc', 'video', 'received', 'crc'],
  ['as_device_from_crc', 'share', 'sent', 'crc'],
  ['as_device_to_crc', 'share', 'received', 'crc'],
  ['audio_device_from_rwg', 'audio', 'sent', 'rwg'],
  ['audio_device_to_rwg', 'audio', 'received', 'rwg'],
  ['video_device_from_rwg', 'video', 'sent', 'rwg'],
  ['video_device_to_rwg', 'video', 'received', 'rwg'],
  ['as_device_from_rwg', 'share', 'sent', 'rwg'],
  ['as_device_to_rwg', 'share', 'received', 'rwg'],
  ['audio_quality', 'audio', 'unknown', 'client'],
  ['video_quality', 'video', 'unknown', 'client'],
  ['as_quality', 'share', 'unknown', 'client'],
  ['cpu_usage', 'unknown', 'unknown', 'client'],
  ['wifi_rssi', 'unknown', 'unknown', 'client'],
  ['notification', 'unknown', 'unknown', 'client'],
  ['hologram_input', 'unknown', 'sent', 'client'],
  ['unknown', 'unknown', 'unknown', 'client'],
  ['constructor', 'unknown', 'unknown', 'client'],
  ['__proto___input', 'unknown', 'sent', 'client'],
  ['toString', 'unknown', 'unknown', 'client'],
];

for (const [type, media, direction, leg] of STREAMS)
  test(`${type} is ${media}, ${direction}, by ${leg}`, (t) => {
    t.deepEqual(readStream(type, 'sent'), { media, direction, leg });
  });

test('whoever reads Zoom the other way can turn the client streams around, and only those', (t) => {
  t.is(readStream('audio_input', 'received').direction, 'received');
  t.is(readStream('as_output', 'received').direction, 'sent');
  t.is(readStream('audio_device_from_rwg', 'received').direction, 'sent');
  t.is(readStream('video_device_to_crc', 'received').direction, 'received');
});
