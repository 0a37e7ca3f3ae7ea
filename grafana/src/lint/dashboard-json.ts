/** What the linter reads of a dashboard's JSON; a file may lack any of it. */
export type DashboardJson = {
  readonly id?: unknown;
  readonly uid?: string;
  readonly title?: string;
  readonly editable?: boolean;
  readonly __inputs?: unknown;
  readonly panels?: readonly PanelJson[];
  readonly links?: readonly { readonly url?: string }[];
  readonly templating?: { readonly list?: readonly VariableJson[] };
};

export type PanelJson = {
  readonly id?: number;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly interval?: string;
  readonly datasource?: unknown;
  readonly gridPos?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly query?: string; readonly datasource?: unknown }[];
  readonly fieldConfig?: {
    readonly defaults?: { readonly unit?: string };
    readonly overrides?: readonly {
      readonly matcher?: { readonly options?: unknown };
      readonly properties?: readonly { readonly id?: string; readonly value?: unknown }[];
    }[];
  };
};

export type VariableJson = {
  readonly name: string;
  readonly type?: string;
  readonly query?: unknown;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
  readonly hide?: number;
  readonly datasource?: unknown;
};

/** A dashboard file, by its name. */
export type DashboardFile = { readonly file: string; readonly dashboard: DashboardJson };

/** What is wrong, and where. */
export type Finding = { readonly file: string; readonly place: string; readonly fault: string };
