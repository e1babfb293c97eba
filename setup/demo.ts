import { join } from "node:path";
import { cacheDir } from "../host/cache";
import { InstallMedium } from "../recipe/medium";
import { UserError } from "../util/user-error";
import { adminKey, type AdminKey, defaultKeyFile } from "./admin-key";
import { findMedium } from "./demo-installer/medium";

/** What the demo image takes from set-up. */
export interface SetUpForDemo {
  readonly medium: InstallMedium;
  readonly adminKey: AdminKey;
  /** What set-up has not made, and what to do. The other two are then placeholders, for which nothing can be built. */
  readonly missing?: string;
}

/** The demo installer's medium and the administrator's key. */
export function setUpForDemo(): SetUpForDemo {
  try {
    return { medium: demoMedium(), adminKey: adminKey() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      medium: InstallMedium.iso({
        url: join(cacheDir(), "assets", "missing.iso"),
        checksum: `sha256:${"0".repeat(64)}`,
      }),
      adminKey: { file: defaultKeyFile(), publicKey: "missing" },
      missing: error.message,
    };
  }
}

function demoMedium(): InstallMedium {
  const medium = findMedium();
  if (medium === undefined) throw new UserError("the demo installer's medium is missing: run `npm run setup`", 3);
  return InstallMedium.iso({ url: medium.iso, checksum: `sha256:${medium.sha256}` });
}
