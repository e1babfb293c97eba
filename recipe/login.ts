import type { Secret } from "./secret";

/** Name of the user that a build logs in as, unless the description says otherwise. */
const BUILD_USER = "packer";

/** How the build logs in to the installed system. Each way needs the user that the kickstart makes. */
export class Login {
  private constructor(
    readonly kind: "buildKey" | "password" | "privateKey" | "none",
    /** Empty where nobody logs in. */
    readonly username: string,
    readonly secret?: Secret,
    readonly file?: string,
  ) {}

  /**
   * A key pair made for one build. Its public half replaces the kickstart's marker `@@ssh_key@@`; the sealing step
   * removes user, sudo rule and key again. The user needs sudo without a password.
   */
  static buildKey(options: { readonly username?: string } = {}): Login {
    return new Login("buildKey", options.username ?? BUILD_USER);
  }

  /** A password that the kickstart sets. The user stays in the image. */
  static password(secret: Secret, options: { readonly username: string }): Login {
    return new Login("password", options.username, secret);
  }

  /** A private key file on the build host (an absolute path or one under `~`). The user stays in the image. */
  static privateKey(file: string, options: { readonly username: string }): Login {
    return new Login("privateKey", options.username, undefined, file);
  }

  /** Nobody logs in: the kickstart ends with `poweroff`, and nothing is provisioned or sealed. */
  static none(): Login {
    return new Login("none", "");
  }
}

/** Where the public half of the build's key goes in a kickstart. */
export const SSH_KEY_MARKER = "@@ssh_key@@";
