import type { IConstruct } from "constructs";
import { toText } from "../kickstart/checks/report";
import { type KickstartFile, validateKickstarts } from "../kickstart/checks/validate";
import { contextOf } from "../kickstart/checks/context";
import { UserError } from "../util/user-error";
import { Image } from "./image";

/**
 * Checks the kickstarts of an app, those whose text is known before the plan, in one go; the builder checks the others.
 * Warnings go to standard error. `OS_IMAGES_NO_VALIDATE=1` turns it off.
 * @throws UserError with every finding, where one is an error
 */
export function validateApp(app: IConstruct): void {
  if (process.env["OS_IMAGES_NO_VALIDATE"] === "1") return;
  const files = app.node.findAll().flatMap((node) => (node instanceof Image ? kickstartsOf(node) : []));
  if (files.length === 0) return;
  const findings = validateKickstarts(files)
    .flat()
    .filter(({ severity }) => severity !== "info");
  if (findings.length === 0) return;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const text = toText(findings).trimEnd();
  if (errors > 0) throw new UserError(`${errors} of the kickstarts' findings are errors:\n${text}`);
  process.stderr.write(`${text}\n`);
}

function kickstartsOf({ name, kickstart, kickstartText, description }: Image): KickstartFile[] {
  if (kickstartText === undefined) return [];
  const path = kickstart.file ?? `${name}.cfg`;
  return [{ path, text: kickstartText, release: description.release, context: contextOf(description) }];
}
