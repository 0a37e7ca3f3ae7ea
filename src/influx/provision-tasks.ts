import { TasksAPI } from '@influxdata/influxdb-client-apis';
import { array, type Infer, object, optional, string } from 'superstruct';
import { rollupTasks, type TaskOptions } from '../rollups/tasks.js';
import type { InfluxAdmin } from './influx-admin.js';

const TaskSchema = object({
  id: string(),
  name: string(),
  description: optional(string()),
  status: optional(string()),
  flux: string(),
});
const TasksSchema = object({ tasks: array(TaskSchema) });

type Task = Infer<typeof TaskSchema>;

/** InfluxDB's own limit of a page. */
const PAGE = 500;

/**
 * Keeps the tasks that make rollups as they shall be: creates what is missing, corrects what differs, removes what is ours and no
 * longer wanted. Ours are recognised by their description, which names both buckets, so two bridges leave each other's alone.
 *
 * @returns what was changed, in words
 * @throws {@link InfluxSetupError}
 */
export async function provisionTasks(admin: InfluxAdmin, options: TaskOptions): Promise<string[]> {
  const description = describeTasks(options);
  const api = new TasksAPI(admin.client);
  const left = (await listTasks(admin)).filter((task) => task.description === description);
  const changes: string[] = [];
  for (const { name, title, flux } of rollupTasks(options)) {
    const index = left.findIndex((task) => task.name === name);
    const [found] = index < 0 ? [] : left.splice(index, 1);
    if (found === undefined) {
      await admin.attempt(`create the task "${name}"`, () =>
        api.postTasks({ body: { orgID: admin.orgId, description, flux, status: 'active' } }),
      );
      changes.push(`created the task for ${title}`);
      continue;
    }
    const differences = [
      ...(found.flux === flux ? [] : ['its Flux was another']),
      ...(found.status === 'inactive' ? ['it was inactive'] : []),
    ];
    if (differences.length === 0) continue;
    await admin.attempt(`change the task "${name}"`, () =>
      api.patchTasksID({ taskID: found.id, body: { flux, status: 'active' } }),
    );
    changes.push(`corrected the task for ${title}: ${differences.join(' and ')}`);
  }
  for (const { id, name } of left) {
    await admin.attempt(`remove the task "${name}"`, () => api.deleteTasksID({ taskID: id }));
    changes.push(`removed the task "${name}", which is not needed any more`);
  }
  return changes;
}

/** @returns the description of our tasks for these buckets, which tells them from all others */
function describeTasks({ bucket, rollupBucket }: TaskOptions): string {
  return `Made by qss-bridge: sums up ${JSON.stringify(bucket)} in ${JSON.stringify(rollupBucket)}. Changes made here are undone.`;
}

async function listTasks(admin: InfluxAdmin): Promise<Task[]> {
  const api = new TasksAPI(admin.client);
  const all: Task[] = [];
  for (;;) {
    const after = all.at(-1)?.id;
    const { tasks } = await admin.ask(
      'list the tasks',
      () => api.getTasks({ orgID: admin.orgId, limit: PAGE, ...(after === undefined ? {} : { after }) }),
      TasksSchema,
    );
    all.push(...tasks);
    if (tasks.length < PAGE) return all;
  }
}
