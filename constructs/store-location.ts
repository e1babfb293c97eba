import { createHash } from "node:crypto";
import { isAbsolute, join, relative, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** Folder of the store, where the description names none. */
export const DEFAULT_STORE = "images";

/**
 * A path as Terraform sees it from a stack's folder: a relative path for one inside the project, so that one
 * state planned from two checkouts shows no change, an absolute one otherwise.
 */
export function pathFromStack(stack: TerraformStack, path: string): string {
  const project = process.cwd();
  const absolutePath = resolve(project, path);
  const insideProject =
    !relative(project, absolutePath).startsWith("..") && !isAbsolute(relative(project, absolutePath));
  if (!insideProject) return absolutePath;
  return relative(join(resolve(App.of(stack).outdir), "stacks", stack.node.id), absolutePath);
}

/** Tells the requests of two states apart: 8 hex digits of project id, stack and workspace. */
export function stackKey(scope: Construct): string {
  const stack = TerraformStack.of(scope);
  const project = String(stack.node.tryGetContext("projectId") ?? "");
  const workspace = process.env["TF_WORKSPACE"] ?? "default";
  const identity = [project, stack.node.path, workspace].join("\0");
  return createHash("sha256").update(identity).digest("hex").slice(0, 8);
}
