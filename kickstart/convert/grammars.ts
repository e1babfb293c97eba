import { fedora44 } from "../../imports/kickstart/fedora44";
import { fedora45 } from "../../imports/kickstart/fedora45";
import { rhel10 } from "../../imports/kickstart/rhel10";
import { rhel7 } from "../../imports/kickstart/rhel7";
import { rhel8 } from "../../imports/kickstart/rhel8";
import { rhel9 } from "../../imports/kickstart/rhel9";
import { OsRelease } from "../../recipe/release";
import { UserError } from "../../util/user-error";
import type { Grammar } from "../syntax/grammar";

/** The grammar of every dialect with bindings, by the dialect's name. */
export const GRAMMARS: Readonly<Record<string, Grammar<object>>> = { rhel7, rhel8, rhel9, rhel10, fedora44, fedora45 };

/**
 * The grammar of a release: "rocky9" and "rhel9" both have that of "rhel9".
 * @throws UserError for an unknown release, and for one without bindings
 */
export function grammarOf(release: string): Grammar<object> {
  const found = GRAMMARS[release] ?? GRAMMARS[OsRelease.byId(release).dialect];
  if (found !== undefined) return found;
  throw new UserError(`no typed form for "${release}": write a release of ${Object.keys(GRAMMARS).join(", ")}`);
}
