/** At most one of the members of `T`. */
export type AtMostOne<T> = OneOf<T> | { readonly [K in keyof T]?: never };

/** Exactly one of the members of `T`. */
export type OneOf<T> = {
  [K in keyof T]: { readonly [P in K]: T[P] } & { readonly [P in Exclude<keyof T, K>]?: never };
}[keyof T];

/** Where a section's text comes from: a file's path, or the text itself. */
export type Source = string | { readonly body: string };

/** A script by the path of its file, or its text with its options. */
export type ScriptSource<Options> = string | ({ readonly body: string } & Options);

/** A script that the installer runs, in the order of the array that holds it. */
export interface Script extends ScriptOptions {
  readonly section: "pre" | "pre-install" | "post" | "onerror" | "traceback";
  readonly source: Source;
  /** Runs outside of the installed system. `%post` only. */
  readonly nochroot?: boolean;
}

export interface ScriptOptions {
  /** Stops the installation when the script fails. */
  readonly erroronfail?: boolean;
  /**
   * Program that runs the script, e.g. "/usr/bin/python3".
   * @default - /bin/sh
   */
  readonly interpreter?: string;
  /** File that takes the script's output. */
  readonly log?: string;
}

export interface PostOptions extends ScriptOptions {
  /** Runs outside of the installed system, which is then below /mnt/sysimage. */
  readonly nochroot?: boolean;
}

/** `%pre`: runs once the kickstart is read, before disks are touched. */
export function pre(source: ScriptSource<ScriptOptions>, options: ScriptOptions = {}): Script {
  return script("pre", source, options);
}

/** `%pre-install`: runs when the file systems are made and mounted, before anything is installed. */
export function preInstall(source: ScriptSource<ScriptOptions>, options: ScriptOptions = {}): Script {
  return script("pre-install", source, options);
}

/** `%post`: runs at the end, inside of the installed system unless `nochroot` is given. */
export function post(source: ScriptSource<PostOptions>, options: PostOptions = {}): Script {
  return script("post", source, options);
}

/** `%onerror`: runs when the installer meets a fatal error. */
export function onerror(source: ScriptSource<ScriptOptions>, options: ScriptOptions = {}): Script {
  return script("onerror", source, options);
}

/** `%traceback`: runs when the installer itself fails. */
export function traceback(source: ScriptSource<ScriptOptions>, options: ScriptOptions = {}): Script {
  return script("traceback", source, options);
}

function script(section: Script["section"], source: ScriptSource<PostOptions>, options: PostOptions): Script {
  if (typeof source === "string") return { section, source, ...options };
  const { body, ...own } = source;
  return { section, source: { body }, ...own, ...options };
}

/** Settings of an add-on of the installer, e.g. kdump's: `%addon NAME ARGUMENTS`. */
export interface Addon {
  readonly name: string;
  readonly arguments?: readonly string[];
  readonly body?: string;
}

/** `%certificate`: a certificate for the installer and the installed system. */
export interface Certificate {
  readonly filename: string;
  /** Folder that takes the file. One of `dir` and `type` must be given. */
  readonly dir?: string;
  /** Kind of the certificate: "anchor" makes it a trusted authority. */
  readonly type?: string;
  readonly source: Source;
}

/** Another file that the installer reads at this place. */
export interface Include {
  readonly directive: "%include" | "%ksappend";
  readonly file: string;
  readonly position: IncludePosition;
}

/** Before the commands (they then override what the file says), after them, or at the very end. */
export type IncludePosition = "start" | "afterCommands" | "end";

/** `%include`: read when the installer gets there, so that a `%pre` can write the file first. */
export function include(file: string, position: IncludePosition = "start"): Include {
  return { directive: "%include", file, position };
}

/** `%ksappend`: fetched before anything of the kickstart is read. */
export function ksappend(url: string, position: IncludePosition = "start"): Include {
  return { directive: "%ksappend", file: url, position };
}

/** What the typed form lacks, as plain kickstart. Every use is reported as a finding. */
export class Raw {
  /** One line among the commands. */
  static line(text: string): Raw {
    return new Raw(text, undefined);
  }

  /** A section: its first line without `%end`, and what is in it. */
  static section(header: string, body: string): Raw {
    return new Raw(header, body);
  }

  private constructor(
    readonly text: string,
    readonly body: string | undefined,
  ) {}
}

/** A package group: its id, and how much of it. */
export type PackageGroup =
  string | { readonly name: string; readonly optional?: true } | { readonly name: string; readonly nodefaults?: true };

/** A stream of a module, if the release has modules: `@module:stream/profile`. */
export interface PackageModule {
  readonly module: string;
  readonly stream?: string;
  readonly profile?: string;
}

/** What `%packages` holds; every release adds its options. */
export interface PackageList<G = PackageGroup> {
  /** Id of the base environment, e.g. "minimal-environment". */
  readonly environment?: string;
  readonly groups?: readonly G[];
  readonly install?: readonly string[];
  readonly exclude?: readonly string[];
  readonly excludeGroups?: readonly string[];
  /** Files with more of the list, read at its start. */
  readonly include?: readonly string[];
  /** The same by `%ksappend`. */
  readonly ksappend?: readonly string[];
}

/** The sections that every release has. */
export interface Sections {
  readonly include?: readonly Include[];
  /** In the order of the array. */
  readonly scripts?: readonly Script[];
  readonly addons?: readonly Addon[];
  /** Lines of `%anaconda`, e.g. "pwpolicy root --minlen=8". */
  readonly anaconda?: readonly string[];
  /** The comment `#platform=`, which pykickstart keeps. */
  readonly platform?: string;
  readonly raw?: readonly Raw[];
}
