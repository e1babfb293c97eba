/** What `tables.py` prints. */
export interface Facts {
  /** pykickstart's version. */
  readonly pykickstart: string;
  readonly dialects: Readonly<Record<string, DialectFacts>>;
}

export interface DialectFacts {
  /** The dialect for pykickstart, e.g. "RHEL9". */
  readonly version: string;
  readonly commands: Readonly<Record<string, CommandFacts>>;
  readonly sections: Readonly<Record<string, readonly OptionFacts[]>>;
}

export interface CommandFacts {
  readonly class: string;
  readonly order: number | null;
  readonly many: boolean;
  readonly conflicts: readonly string[];
  readonly removed: string | null;
  readonly deprecated: string | null;
  /** False if there is no argparse table. */
  readonly table: boolean;
  readonly values: readonly { readonly dest: string; readonly nargs: string | number | null }[];
  readonly options: readonly OptionFacts[];
  /** Options of which at most one may be given, and one must if `bare` is false. */
  readonly oneOf: readonly string[];
  /** The name alone is a line that parses. */
  readonly bare: boolean;
}

export interface OptionFacts {
  readonly names: readonly string[];
  /** Options with one `dest` write to one attribute. */
  readonly dest: string;
  readonly kind: string;
  /** Writes a constant: two such options of one `dest` exclude each other. */
  readonly constant: boolean;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly choices?: readonly string[];
}
