import type { Obstacle } from '../influx/delivery.js';
import type { InfluxTarget } from '../influx/influx-writer.js';
import type { BatchLine } from '../influx/line-batch.js';
import type { TallySnapshot } from '../pipeline/tally.js';
import type { Settings } from '../settings/settings.js';

/** What the writer thread is started with. */
export type WriterData = {
  readonly dataDir: string;
  /** Whose writer this is. */
  readonly owner: string;
  readonly points: Settings['points'];
  /** How long events are kept in the archive; 0: there is none. */
  readonly archiveSeconds: number;
  readonly settleMs: number | undefined;
  /** Different points are told apart and counted. */
  readonly countDistinct: boolean;
};

/** What the main thread tells the writer. */
export type ToWriter =
  | { readonly type: 'target'; readonly target: InfluxTarget }
  | { readonly type: 'own_line'; readonly line: BatchLine }
  | { readonly type: 'stop' }
  | { readonly type: 'abort' };

/** What the writer tells the main thread. */
export type FromWriter =
  | { readonly type: 'state'; readonly tally: TallySnapshot; readonly obstacle: Obstacle | undefined }
  | { readonly type: 'obstacle'; readonly obstacle: Obstacle | undefined }
  | { readonly type: 'refused'; readonly count: number; readonly reason: string; readonly message: string }
  | {
      readonly type: 'address_file';
      readonly setting: string;
      readonly title: string;
      readonly file: string;
      readonly error: string | undefined;
    }
  | { readonly type: 'archive'; readonly error: string }
  | { readonly type: 'stopped'; readonly everythingWritten: boolean };
