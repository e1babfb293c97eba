import type { StoredFile } from "../store/manifest";
import { UserError } from "../util/user-error";

/** Which image is meant: its name, and the first 12 digits of its fingerprint. */
export interface ImageKey {
  readonly name: string;
  readonly shortFingerprint: string;
}

/** The bytes of a file, from `start` up to and without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** One object of an image in a remote. */
export interface RemoteObject {
  readonly image: ImageKey;
  /** "manifest.json", "pinned", or the sha256 of a file of the image. */
  readonly name: string;
  readonly sizeBytes: number;
  /** When it was written, by the remote's clock, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/** A file to be uploaded. */
export interface Upload {
  readonly file: StoredFile;
  /** Where it lies here. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Called with the number of bytes that are there now. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * A store that others share: an image is there if and only if its manifest is, as in a local one. Its files lie beside the
 * manifest under their sha256, because two builders of one fingerprint make different disks: so none of them ever overwrites
 * what another one's manifest promises. Every method but `now` throws a `RemoteError`.
 */
export interface Remote {
  /** As messages show it: without settings, and never with credentials. */
  readonly title: string;
  /** How many ranges of a file are asked for at once. */
  readonly parallel: number;
  /** Its time, in milliseconds since 1970; this host's clock may be off. */
  now(): number;
  /** The text of an image's manifest; undefined if there is no such image. */
  manifest(image: ImageKey): Promise<string | undefined>;
  /** The bytes of a range of an image's file, as they come. */
  read(image: ImageKey, file: StoredFile, range: Range, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Whether an image's file is there in its size. */
  has(image: ImageKey, file: StoredFile): Promise<boolean>;
  /**
   * Makes sure that a file is there, going on where an earlier upload broke off.
   * @throws UserError if the file is not what its sha256 says
   */
  upload(image: ImageKey, upload: Upload): Promise<void>;
  /** Writes a manifest, unless one is there: then it is "present", and stays. */
  publish(image: ImageKey, manifest: string): Promise<"published" | "present">;
  /** All objects of images; other people's objects are passed over. */
  list(): Promise<RemoteObject[]>;
  /** Removes an object, the file of that sha256 or "manifest.json". One that is not there is no error. */
  remove(image: ImageKey, name: string): Promise<void>;
  /** Pins an image against gc, or lets it go again. */
  pin(image: ImageKey, pinned: boolean): Promise<void>;
  /** Ends uploads that were begun before a time (see `now`) and never finished. Gives how many. */
  removeUnfinished(before: number): Promise<number>;
  /** What is wrong with who may write to it, as far as it can be found out. */
  warnings(): Promise<string[]>;
}

/** Why a remote did not do what it was asked. */
export type RemoteErrorKind =
  /** It does not answer, or breaks off, or is too busy: trying again may help. */
  | "unreachable"
  /** It says no: credentials, rights, a bucket that is not there. */
  | "refused"
  /** What it has is not what it should be. */
  | "damaged";

/** A remote's failure, for the user to read: one line that names the remote. */
export class RemoteError extends UserError {
  constructor(
    message: string,
    readonly kind: RemoteErrorKind,
  ) {
    super(message, 1);
    this.name = "RemoteError";
  }
}
