import { InstallMedium } from "../../recipe/medium";
import { UserError } from "../../util/user-error";
import { findMedium } from "./medium";

/**
 * The project's demo installer, an ISO that set-up makes from Debian's packages on this machine.
 * @throws UserError where set-up has not made it
 */
export function demoMedium(): InstallMedium {
  const medium = findMedium();
  if (medium === undefined) throw new UserError("the demo installer's medium is missing: run `npm run setup`", 3);
  return InstallMedium.iso({ url: medium.iso, checksum: `sha256:${medium.sha256}` });
}
