import { scriptCommand } from "../../constructs/package";
import { type Command } from "../measure";

/** The builder of a request, as Terraform starts it. */
export function builder(requestFile: string, env: NodeJS.ProcessEnv = {}): Command {
  return { program: "/bin/sh", words: ["-c", `${scriptCommand("builder/main")} "$1"`, "sh", requestFile], env };
}
