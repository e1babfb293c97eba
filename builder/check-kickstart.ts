import { toText } from "../kickstart/checks/report";
import { requestedKickstart } from "../kickstart/checks/requested";
import { validateKickstarts } from "../kickstart/checks/validate";
import type { BuildRequest } from "../recipe/request";
import { UserError } from "../util/user-error";

/**
 * Checks the kickstart before anything boots: what synth could not, as Terraform rendered it, and again what synth did,
 * which costs nothing if it is unchanged. Warnings are handed to `say`. `OS_IMAGES_NO_VALIDATE=1` turns it off.
 * @throws UserError with every finding, if one is an error
 */
export function checkKickstart(request: BuildRequest, text: string, say: (line: string) => void): void {
  if (process.env["OS_IMAGES_NO_VALIDATE"] === "1") return;
  const kickstart = requestedKickstart(request, text);
  const [findings = []] = kickstart === undefined ? [] : validateKickstarts([kickstart]);
  const serious = findings.filter(({ severity }) => severity !== "info");
  if (serious.some(({ severity }) => severity === "error")) {
    throw new UserError(`the kickstart of image "${request.name}" has errors:\n${toText(serious).trimEnd()}`);
  }
  for (const line of toText(serious).trimEnd().split("\n").filter(Boolean)) say(line);
}
