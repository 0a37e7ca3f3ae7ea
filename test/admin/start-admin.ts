import { createAdmin } from '../../src/admin/app.js';
import type { Status } from '../../src/admin/status.js';
import { listen } from '../../src/receiver/listen.js';
import { type RecordingLog, recordingLog } from '../helpers/recording-log.js';

/** The real private side on a free port, showing a status that a test can change. */
export type AdminServer = { readonly url: string; readonly log: RecordingLog; show(status: Status): void };

export async function startAdmin(
  t: { teardown(clean: () => Promise<void>): void },
  first: Status,
): Promise<AdminServer> {
  let status = first;
  const log = recordingLog();
  const listening = await listen(createAdmin(() => status, log).callback(), {
    host: '127.0.0.1',
    port: 0,
    settingNames: ['ADMIN_HOST', 'ADMIN_PORT'],
    log,
  });
  t.teardown(() => listening.close(0));
  return {
    url: listening.url,
    log,
    show: (next) => {
      status = next;
    },
  };
}
