import type { Infer } from 'superstruct';
import type { environmentSchema } from './schema.js';

/** The environment's variables after coercion, still under the names they have outside. */
export type Environment = Infer<typeof environmentSchema>;

/** How a personal value is treated before it is stored. */
export type Privacy = Environment['PRIVACY'];

/** Past one of these a media or phone sample counts as poor. Units are in the names. */
export type Thresholds = {
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly lossPct: number;
  readonly mos: number;
};

/** Everything the service can be told, typed and checked. Durations are in seconds, sizes in bytes. */
export type Settings = {
  readonly zoom: {
    readonly secretTokens: readonly string[];
    readonly verificationToken: string | undefined;
    readonly maxAgeSeconds: number;
    readonly maxAheadSeconds: number;
  };
  readonly webhook: {
    readonly host: string;
    readonly port: number;
    readonly path: string;
    readonly authHeader: { readonly name: string; readonly value: string } | undefined;
    readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  };
  readonly admin: { readonly host: string; readonly port: number };
  readonly dataDir: string;
  readonly spoolMaxBytes: number;
  /** How long accepted events are kept in the archive; 0: there is none. */
  readonly archiveSeconds: number;
  readonly influx: {
    /** Undefined: the bridge runs an InfluxDB of its own. */
    readonly url: string | undefined;
    readonly token: string | undefined;
    readonly org: string | undefined;
    readonly bucket: string;
    readonly rollupBucket: string;
    readonly retentionSeconds: number;
    readonly rollupRetentionSeconds: number;
    readonly adminToken: string | undefined;
    readonly tokensDir: string | undefined;
    readonly tokenFileMode: number;
  };
  readonly points: {
    readonly inputDirection: 'sent' | 'received';
    readonly thresholds: Thresholds;
    readonly contextTags: readonly string[];
    readonly sitesFile: string | undefined;
    /** Tells who runs the network of an address, in MaxMind's format. */
    readonly asnDbFile: string | undefined;
    /** Tells where an address is, in MaxMind's format. */
    readonly cityDbFile: string | undefined;
    readonly privacy: Privacy;
  };
  readonly log: {
    readonly level: Environment['LOG_LEVEL'];
    readonly format: 'json' | 'pretty' | undefined;
  };
};
