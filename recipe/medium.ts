import { UserError } from "../util/user-error";

export interface IsoProps {
  /** Path or http(s) URL of the medium. */
  readonly url: string;
  /** Its digest as "sha256:<64 hex digits>". Either this or `checksumUrl` is required. */
  readonly checksum?: string;
  /** The vendor's checksum file. Its digest is read from images.lock.json, where `os-images lock` puts it. */
  readonly checksumUrl?: string;
}

/** Where an operating system is installed from. */
export class InstallMedium {
  private constructor(
    readonly url: string,
    readonly checksum: string | undefined,
    readonly checksumUrl: string | undefined,
  ) {}

  /**
   * An ISO image with its digest.
   * @throws UserError without a URL or checksum, or with a checksum that is no sha256
   */
  static iso(props: IsoProps): InstallMedium {
    const { url, checksum, checksumUrl } = props;
    if (url.trim() === "") throw new UserError("iso has no url: write the path or http(s) URL of the medium");
    if (checksum === undefined && checksumUrl === undefined) {
      throw new UserError(
        `iso "${url}" has no checksum: write checksum: "sha256:<64 hex digits>", or checksumUrl: "<the vendor's checksum file>"`,
      );
    }
    if (checksum !== undefined && !checksum.includes("${") && !/^sha256:[0-9a-f]{64}$/.test(checksum)) {
      throw new UserError(
        `checksum "${checksum}" of iso "${url}" is not valid: write "sha256:" and 64 hex digits in lower case`,
      );
    }
    return new InstallMedium(url, checksum, checksumUrl);
  }
}
