import { readFileSync } from "node:fs";
import { join } from "node:path";
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
   * A key pair made for one build. A `%post` section at the end of the kickstart makes user, key and sudo rule, and
   * sealing removes them; a user that the kickstart makes stays. A kickstart with the marker `@@ssh_key@@` does all of
   * that itself: user, key, and sudo without a password; sealing removes them too.
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

  /**
   * Nobody logs in: the kickstart ends with `poweroff`, and nothing is provisioned. The installer itself seals the image,
   * in a last `%post`. The quickest way to an image that the kickstart makes alone.
   */
  static none(): Login {
    return new Login("none", "");
  }
}

/** Where the public half of the build's key goes in a kickstart. */
export const SSH_KEY_MARKER = "@@ssh_key@@";

/** Whether a kickstart gives the build its login itself: the key's marker is in it, outside of comments. */
export function makesBuildLogin(kickstart: string): boolean {
  return kickstart.split("\n").some((line) => line.includes(SSH_KEY_MARKER) && !line.trimStart().startsWith("#"));
}

/** The section that is added to a kickstart which does not make the build's login itself; empty for other logins. */
export function buildLoginSection({ kind, username }: Login, kickstart: string): string {
  if (kind !== "buildKey" || makesBuildLogin(kickstart)) return "";
  sectionText ??= readFileSync(join(__dirname, "build-login.cfg"), "utf8");
  return sectionText.replace("@@build_user@@", username);
}

/** Read once for all images. */
let sectionText: string | undefined;

/** A kickstart without the section that was added to it. */
export function withoutBuildLogin(kickstart: string): string {
  const [own = ""] = kickstart.split("\n# The login of the build, added by os-images.", 1);
  return own;
}
