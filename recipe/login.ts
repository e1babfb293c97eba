import { UserError } from "../util/user-error";
import type { Secret } from "./secret";

/** Name of the user that a build logs in as, unless the description says otherwise. */
const BUILD_USER = "packer";

/** What every supported release takes for a user's name: useradd(8), "CAVEATS". */
export const USER_NAME = /^[a-z_][a-z0-9_-]{0,31}$/;

/** How the build logs in to the installed system. */
export class Login {
  private constructor(
    readonly kind: "buildKey" | "password" | "privateKey" | "none",
    /** Empty without a login. */
    readonly username: string,
    readonly secret?: Secret,
    readonly file?: string,
  ) {
    if (kind !== "none" && !USER_NAME.test(username)) {
      throw new UserError(
        `"${username}" cannot be the build's user: write a name of a-z, 0-9, _ and -, at most 32, that begins with a ` +
          "letter or _; a Terraform value will not do",
      );
    }
  }

  /**
   * A key pair made for one build. Its public half replaces the kickstart's marker `@@ssh_key@@`; the sealing step
   * removes user, sudo rule and key again. The user needs sudo without a password.
   * @throws UserError on a name that is none, and on root, whom sealing would remove
   */
  static buildKey(options: { readonly username?: string } = {}): Login {
    const username = options.username ?? BUILD_USER;
    if (username === "root") {
      throw new UserError(
        '"root" cannot be the user of Login.buildKey(), who is removed when the image is sealed: write another name, ' +
          "or Login.password() or Login.privateKey(), whose user stays",
      );
    }
    return new Login("buildKey", username);
  }

  /**
   * A password that the kickstart sets. The user stays in the image.
   * @throws UserError on a name that is none
   */
  static password(secret: Secret, options: { readonly username: string }): Login {
    return new Login("password", options.username, secret);
  }

  /**
   * A private key file on the build host (an absolute path or one under `~`). The user stays in the image.
   * @throws UserError on a name that is none
   */
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
