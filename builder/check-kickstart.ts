import { toText } from "../kickstart/checks/report";
import { validateKickstarts } from "../kickstart/checks/validate";
import { withoutBuildLogin } from "../recipe/login";
import { type Dialect, OsRelease } from "../recipe/release";
import type { BuildRequest } from "../recipe/request";
import { UserError } from "../util/user-error";

/**
 * Checks the kickstart before anything boots: what synth could not, as Terraform rendered it, and again what synth did,
 * which costs nothing where it is unchanged. Warnings are handed to `say`. `OS_IMAGES_NO_VALIDATE=1` turns it off.
 * @throws UserError with every finding, where one is an error
 */
export function checkKickstart(request: BuildRequest, text: string, say: (line: string) => void): void {
  if (process.env["OS_IMAGES_NO_VALIDATE"] === "1") return;
  const { release, recipe, login, delivery, boot } = request;
  const context = {
    diskInterface: recipe.diskInterface,
    firmware: recipe.firmware,
    memoryMiB: recipe.memoryMiB,
    diskMiB: recipe.diskMiB,
    delivery,
    login: { kind: login.kind, username: "username" in login ? login.username : "" },
    bootLine: boot.kind === "kernel" ? boot.append : boot.line,
  };
  const own = { path: request.kickstart, text: withoutBuildLogin(text), release: releaseOf(release), context };
  const [findings = []] = validateKickstarts([own]);
  const serious = findings.filter(({ severity }) => severity !== "info");
  if (serious.some(({ severity }) => severity === "error")) {
    throw new UserError(`the kickstart of image "${request.name}" has errors:\n${toText(serious).trimEnd()}`);
  }
  for (const line of toText(serious).trimEnd().split("\n").filter(Boolean)) say(line);
}

function releaseOf({ dialect, endOfLife, ...release }: BuildRequest["release"]): OsRelease {
  return OsRelease.custom({
    ...release,
    dialect: dialect as Dialect,
    ...(endOfLife !== undefined && { endOfLife }),
  });
}
