import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Stands in for Docker where there is no engine: `run` starts the real program, with the container's folder and
 * port replaced by the ones that they are mapped to.
 *
 * @returns the command, and the file in which it notes what it was asked
 */
export async function installFakeDocker(
  folder: string,
  influxd: string,
): Promise<{ command: string; journal: string; path: string }> {
  const command = join(folder, 'fake', 'docker');
  const journal = join(folder, 'docker-journal');
  await mkdir(dirname(command), { recursive: true });
  await writeFile(
    command,
    `#!/bin/sh
[ "$1" = version ] && { echo 28.2.2; exit; }
echo "$*" >> '${journal}'
[ "$1" = run ] || exit 0
for argument; do
  case "$argument" in
    --publish=*) port="\${argument#*:}"; port="\${port%:*}" ;;
    --mount=*) data="\${argument#*source=}"; data="\${data%%,*}" ;;
  esac
done
exec '${influxd}' run --bolt-path="$data/influxd.bolt" --engine-path="$data/engine" \\
  --sqlite-path="$data/influxd.sqlite" --http-bind-address="127.0.0.1:$port" --reporting-disabled
`,
    { mode: 0o755 },
  );
  return { command, journal, path: dirname(command) };
}
