import { type Conditions, Walk } from './conditions.js';
import type { Attendee } from './people.js';
import type { Random } from './random.js';
import { opinionScore, readAudio, readPicture } from './readings.js';
import {
  audioDetails,
  type Direction,
  type Media,
  pictureDetails,
  SILENT_PICTURE,
  scoreDetails,
  streamType,
} from './sample-details.js';
import type { QosSample, QosSummary } from './sample-types.js';
import { ParticipantTotals, PRESSURE_LEVELS } from './totals.js';

/** What flows at the moment: the camera, the shared screen, and whether the participant only watches. */
export interface Activity {
  readonly cameraOn: boolean;
  readonly sharing: Direction | undefined;
  readonly watchesOnly: boolean;
  readonly onWifi: boolean;
}

/** Makes the `qos` records of one participant, minute after minute, and keeps what the summary needs. */
export class Sampler {
  readonly #attendee: Attendee;
  readonly #random: Random;
  readonly #totals = new ParticipantTotals();
  readonly #types: Readonly<Record<Media, Readonly<Record<Direction, string>>>>;
  readonly #bitrates: Readonly<Record<Media, Readonly<Record<Direction, Walk>>>>;

  constructor(attendee: Attendee, random: Random) {
    const { leg } = attendee.client;
    const types = (media: Media) => ({
      sent: streamType(leg, media, 'sent'),
      received: streamType(leg, media, 'received'),
    });
    this.#attendee = attendee;
    this.#random = random;
    this.#types = { audio: types('audio'), video: types('video'), as: types('as') };
    this.#bitrates = {
      audio: { sent: new Walk(58, 8, random), received: new Walk(54, 8, random) },
      video: { sent: new Walk(1150, 180, random), received: new Walk(920, 220, random) },
      as: { sent: new Walk(260, 90, random), received: new Walk(240, 90, random) },
    };
  }

  /** The records stamped with one minute. */
  sample(dateTime: string, conditions: Conditions, activity: Activity): QosSample[] {
    const samples: QosSample[] = [];
    const push = (type: string, details: QosSample['details']): void => {
      samples.push({ date_time: dateTime, type, details });
    };
    this.#pushAudio(push, conditions, activity);
    if (this.#attendee.client.hasVideo) {
      this.#pushPicture(push, 'video', ['1280*720', '640*360'], 25, conditions, {
        sent: activity.cameraOn,
        received: true,
        watchesOnly: activity.watchesOnly,
      });
      this.#pushPicture(push, 'as', ['1920*1080', '1280*720'], 12, conditions, {
        sent: activity.sharing === 'sent',
        received: activity.sharing === 'received',
        watchesOnly: activity.watchesOnly,
      });
    }
    this.#pushMachine(push, conditions);
    if (activity.onWifi && this.#attendee.client.leg === 'client') this.#pushRssi(push, conditions);
    if (conditions.lossPct > 3 && this.#random.chance(0.5)) {
      push('notification', { network_notification: 'internet connection unstable' });
    } else if (conditions.lossPct > 2 && this.#random.chance(0.3)) {
      push('notification', { network_notification: 'network bandwidth low' });
    }
    return samples;
  }

  /** The summary of all samples made so far. */
  summarize(): QosSummary[] {
    return this.#totals.summarize();
  }

  #pushAudio(push: Push, conditions: Conditions, activity: Activity): void {
    const types = this.#types.audio;
    if (!activity.watchesOnly) {
      const sent = readAudio(this.#bitrates.audio.sent, conditions, this.#random);
      this.#totals.addStream(types.sent, sent);
      push(types.sent, audioDetails(sent));
    }
    const received = readAudio(this.#bitrates.audio.received, conditions, this.#random);
    this.#totals.addStream(types.received, received);
    const details = audioDetails(received);
    if (this.#attendee.client.leg === 'dial-in') {
      push(types.received, details);
      return;
    }
    const score = opinionScore(received, 1);
    this.#totals.addScore('audio_quality', score);
    // Zoom's own sample has the score inside the audio record; here Android clients send it so.
    if (this.#attendee.client.liveDevice === 'Android')
      push(types.received, { ...details, ...scoreDetails(score) });
    else {
      push(types.received, details);
      push('audio_quality', scoreDetails(score));
    }
  }

  #pushPicture(
    push: Push,
    media: 'video' | 'as',
    sizes: readonly [string, string],
    fullRate: number,
    conditions: Conditions,
    flow: { readonly sent: boolean; readonly received: boolean; readonly watchesOnly: boolean },
  ): void {
    const types = this.#types[media];
    if (flow.sent) {
      const sent = readPicture(this.#bitrates[media].sent, sizes, fullRate, conditions, this.#random);
      this.#totals.addStream(types.sent, sent);
      push(types.sent, pictureDetails(sent));
    } else if (!flow.watchesOnly) {
      push(types.sent, SILENT_PICTURE);
    }
    if (!flow.received) {
      push(types.received, SILENT_PICTURE);
      return;
    }
    const received = readPicture(this.#bitrates[media].received, sizes, fullRate, conditions, this.#random);
    this.#totals.addStream(types.received, received);
    // As in a user's dump, computers tell of a share in two records of the same minute and type.
    if (media === 'as' && this.#attendee.client.isComputer) {
      push(types.received, audioDetails(received));
      push(types.received, { resolution: received.resolution, frame_rate: `${received.frameRateFps} fps` });
    } else {
      push(types.received, pictureDetails(received));
    }
    const score = opinionScore(received, conditions.frames);
    this.#totals.addScore(`${media}_quality`, score);
    push(`${media}_quality`, scoreDetails(score));
  }

  #pushMachine(push: Push, conditions: Conditions): void {
    const { leg, isComputer } = this.#attendee.client;
    if (leg === 'client') this.#pushCpu(push, conditions);
    if (leg !== 'crc' && isComputer) this.#pushPressure(push, conditions);
  }

  #pushCpu(push: Push, conditions: Conditions): void {
    const avg = Math.round(conditions.zoomCpuPct);
    const min = Math.round(avg * this.#random.between(0.5, 0.9));
    const system = Math.round(conditions.systemCpuPct);
    const max = Math.min(system, Math.round(avg * this.#random.between(1.1, 1.6)));
    this.#totals.addCpu(min, avg, max, system);
    push('cpu_usage', {
      zoom_min_cpu_usage: `${min}%`,
      zoom_avg_cpu_usage: `${avg}%`,
      zoom_max_cpu_usage: `${max}%`,
      system_max_cpu_usage: `${system}%`,
    });
  }

  #pushPressure(push: Push, conditions: Conditions): void {
    const max = pressure(conditions.systemCpuPct);
    const avg = Math.max(0, max - this.#random.whole(0, 1));
    const min = Math.max(0, avg - this.#random.whole(0, 1));
    this.#totals.addPressure(min, avg, max);
    push('cpu_usage', {
      system_min_cpu_pressure_level: PRESSURE_LEVELS[min] ?? '',
      system_avg_cpu_pressure_level: PRESSURE_LEVELS[avg] ?? '',
      system_max_cpu_pressure_level: PRESSURE_LEVELS[max] ?? '',
    });
  }

  #pushRssi(push: Push, conditions: Conditions): void {
    const avg = Math.round(conditions.rssiDbm);
    const min = avg - this.#random.whole(1, 7);
    const max = avg + this.#random.whole(1, 6);
    this.#totals.addRssi(min, avg, max);
    push('wifi_rssi', { min_rssi: `${min}`, avg_rssi: `${avg}`, max_rssi: `${max}`, rssi_unit: 'dBm' });
  }
}

type Push = (type: string, details: QosSample['details']) => void;

/** The pressure level by Zoom's rule of thumb: about 20, 50, 80 and 100 % load. */
function pressure(loadPct: number): number {
  if (loadPct < 35) return 0;
  if (loadPct < 65) return 1;
  return loadPct < 90 ? 2 : 3;
}
