import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  any,
  array,
  boolean,
  create,
  defaulted,
  type Infer,
  nullable,
  number,
  optional,
  record,
  string,
  type,
  union,
} from 'superstruct';
import { parse } from 'yaml';
import { ROOT } from './repository.js';

/** The four values that an administrator has to give. */
export const REQUIRED = {
  ZOOM_SECRET_TOKEN: 'zoom-secret',
  INFLUX_ADMIN_PASSWORD: 'influx-password',
  INFLUX_ADMIN_TOKEN: 'influx-admin-token',
  GRAFANA_ADMIN_PASSWORD: 'grafana-password',
};

const Service = type({
  image: string(),
  build: optional(any()),
  user: optional(string()),
  privileged: optional(boolean()),
  read_only: defaulted(boolean(), false),
  cap_add: defaulted(array(string()), []),
  cap_drop: defaulted(array(string()), []),
  security_opt: defaulted(array(string()), []),
  network_mode: optional(string()),
  pid: optional(string()),
  profiles: defaulted(array(string()), []),
  restart: optional(string()),
  stop_grace_period: optional(string()),
  command: optional(nullable(array(string()))),
  entrypoint: optional(nullable(array(string()))),
  environment: defaulted(record(string(), nullable(union([string(), number()]))), {}),
  logging: optional(type({ options: record(string(), string()) })),
  networks: defaulted(record(string(), any()), {}),
  healthcheck: optional(type({ test: optional(array(string())), disable: optional(boolean()) })),
  depends_on: defaulted(record(string(), type({ condition: string() })), {}),
  ports: defaulted(
    array(
      union([
        string(),
        type({ host_ip: optional(string()), published: union([string(), number()]), target: number() }),
      ]),
    ),
    [],
  ),
  volumes: defaulted(
    array(
      union([string(), type({ source: string(), target: string(), read_only: defaulted(boolean(), false) })]),
    ),
    [],
  ),
});

const Config = type({ services: record(string(), Service), volumes: record(string(), any()) });

/** One service as Compose understands it, before the two generations of Compose are brought into one form. */
export type ComposeService = Infer<typeof Service>;
/** A published port: where on the machine, and which port of the container. */
export type Port = { readonly address: string; readonly published: string; readonly target: number };
/** A mounted volume or folder. */
export type Mount = { readonly source: string; readonly target: string; readonly readOnly: boolean };

/** Compose is a plugin of Docker today and was a program of its own before; either will do. */
const COMMANDS = [['docker', 'compose'], ['docker-compose']] as const;

let command: readonly string[] | undefined;

function composeCommand(): readonly string[] {
  const works = ([program, ...args]: readonly string[]) =>
    spawnSync(program ?? '', [...args, 'version'], { stdio: 'ignore' }).status === 0;
  command ??= COMMANDS.find(works);
  if (command === undefined)
    throw new Error(
      'Docker Compose is needed to read docker-compose.yml: apt-get install docker-compose (no Docker engine has to run)',
    );
  return command;
}

/**
 * Runs `config` on the repository's Compose file with these variables and no others, whatever `.env` or the shell hold.
 */
export function runComposeConfig(
  variables: Readonly<Record<string, string>>,
  profiles: readonly string[] = [],
): SpawnSyncReturns<string> {
  const [program = '', ...args] = composeCommand();
  const folder = mkdtempSync(join(tmpdir(), 'qss-bridge-compose-'));
  try {
    const file = join(folder, 'env');
    writeFileSync(
      file,
      Object.entries(variables)
        .map(([name, value]) => `${name}='${value}'\n`)
        .join(''),
    );
    const options = ['--env-file', file, ...profiles.flatMap((profile) => ['--profile', profile]), 'config'];
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
    return spawnSync(program, [...args, ...options], { cwd: ROOT, env, encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The services that would start, as Compose understands them. Throws with Compose's own words where it refuses the file.
 */
export function composeConfig(
  variables: Readonly<Record<string, string>>,
  profiles: readonly string[] = [],
): Map<string, ComposeService> {
  const { status, stdout, stderr } = runComposeConfig(variables, profiles);
  if (status !== 0) throw new Error(`compose config ended with ${status}: ${stderr}`);
  const services = Object.entries(create(parse(stdout), Config).services);
  // The older Compose prints the services of profiles that are off as well.
  const starts = ({ profiles: own }: ComposeService) =>
    own.length === 0 || own.some((profile) => profiles.includes(profile));
  return new Map(services.filter(([, service]) => starts(service)));
}

/** The command that tells whether a service is well; undefined where there is none or it is switched off. */
export function healthCheckOf({ healthcheck }: ComposeService): readonly string[] | undefined {
  const off = healthcheck?.disable === true || healthcheck?.test?.[0] === 'NONE';
  return off ? undefined : healthcheck?.test;
}

/** The ports that a service publishes; an address that is left out means all of the machine's. */
export const portsOf = (service: ComposeService): Port[] =>
  service.ports.map((port) => {
    if (typeof port !== 'string')
      return { address: port.host_ip ?? '0.0.0.0', published: String(port.published), target: port.target };
    const [target = '', published = '', address = '0.0.0.0'] = port
      .replace(/\/tcp$/, '')
      .split(':')
      .reverse();
    return { address, published, target: Number(target) };
  });

/** The volumes and folders that a service sees. */
export const mountsOf = (service: ComposeService): Mount[] =>
  service.volumes.map((mount) => {
    if (typeof mount !== 'string')
      return { source: mount.source, target: mount.target, readOnly: mount.read_only };
    const [source = '', target = '', mode = 'rw'] = mount.split(':');
    return { source, target, readOnly: mode.split(',').includes('ro') };
  });
