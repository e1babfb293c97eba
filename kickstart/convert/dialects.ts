import { fedora44 } from "../../imports/kickstart/fedora44";
import { fedora45 } from "../../imports/kickstart/fedora45";
import { rhel10 } from "../../imports/kickstart/rhel10";
import { rhel7 } from "../../imports/kickstart/rhel7";
import { rhel8 } from "../../imports/kickstart/rhel8";
import { rhel9 } from "../../imports/kickstart/rhel9";
import { OsRelease } from "../../recipe/release";
import { UserError } from "../../util/user-error";
import type { Dialect } from "../syntax/dialect";

/** Every dialect with bindings, by its name. */
export const DIALECTS: Readonly<Record<string, Dialect<object>>> = { rhel7, rhel8, rhel9, rhel10, fedora44, fedora45 };

/**
 * The dialect of a release: "rocky9" and "rhel9" are both "rhel9".
 * @throws UserError for an unknown release, and for one without bindings
 */
export function dialectOf(release: string): Dialect<object> {
  const found = DIALECTS[release] ?? DIALECTS[OsRelease.byId(release).dialect];
  if (found !== undefined) return found;
  throw new UserError(`no typed form for "${release}": write a release of ${Object.keys(DIALECTS).join(", ")}`);
}
