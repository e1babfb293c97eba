/** What the reader (`reader.py`) says of a kickstart, line by line. */
export interface Reading {
  readonly items: readonly ReadItem[];
  readonly state: KickstartState;
  /** The file's lines. */
  readonly lines: readonly string[];
  /** Lines of commands, before those that replace each other were joined. */
  readonly commands: number;
}

export type ReadItem = { readonly line: number } & (
  | { readonly kind: "blank" }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "include" | "ksappend"; readonly file: string; readonly comment: string | null }
  | ReadCommand
  | ReadSection
);

export interface ReadCommand {
  readonly kind: "command";
  readonly line: number;
  readonly name: string;
  /** The command's name in the state. */
  readonly key: string;
  /** The line. */
  readonly text: string;
  /** By the first spelling of the option; values as pykickstart takes them. */
  readonly options: readonly { readonly option: string; readonly value: OptionValue; readonly extends: boolean }[];
  readonly values: readonly string[];
  /** The line after the command's name, as it stands. */
  readonly rest: string;
  readonly ignored: boolean;
  readonly comment: string | null;
  /** Lines whose effect this one replaces or holds. */
  readonly replaces?: readonly { readonly line: number; readonly name: string; readonly comment: string | null }[];
  /** Given several times, and not to be said in one line. */
  readonly apart?: true;
}

type OptionValue = string | number | boolean | readonly string[];

export interface ReadSection {
  readonly kind: "section";
  readonly line: number;
  readonly name: string;
  readonly arguments: readonly string[];
  /** Behind the first line. */
  readonly comment: string | null;
  /** All between the first line and `%end`. */
  readonly text: string;
  /** False for a script of white space, which pykickstart drops. */
  readonly kept: boolean;
  readonly script?: ScriptState;
  readonly certificate?: {
    readonly cert: string;
    readonly filename: string;
    readonly dir?: string;
    readonly type?: string;
  };
}

export interface ScriptState {
  readonly interpreter: string;
  readonly inChroot: boolean;
  readonly log: string | null;
  readonly errorOnFail: boolean;
  readonly body: string;
}

/** All that pykickstart knows after reading; two kickstarts are equal if these are. */
export interface KickstartState {
  /** By command; lines of two names that mean one command are under the first. */
  readonly commands: Readonly<Record<string, unknown>>;
  readonly packages: PackagesState;
  readonly scripts: readonly ScriptState[];
  readonly certificates: readonly unknown[];
  readonly sections: readonly string[];
  readonly platform: string;
}

export interface PackagesState {
  readonly seen: boolean;
  readonly environment: string | null;
  /** `include`: 0 the mandatory packages only, 1 the default ones, 2 the optional ones, too. */
  readonly groupList: readonly { readonly name: string; readonly include: number }[];
  readonly excludedGroupList: readonly { readonly name: string }[];
  readonly packageList: readonly string[];
  readonly excludedList: readonly string[];
  readonly default: boolean;
  readonly excludeDocs: boolean;
  readonly addBase: boolean;
  readonly nocore: boolean;
  readonly handleMissing: number;
  readonly handleBroken: number;
  readonly instLangs: string | null;
  readonly multiLib: boolean;
  readonly excludeWeakdeps: boolean;
  readonly timeout: number | null;
  readonly retries: number | null;
}
