import { createHash } from "node:crypto";
import { isAbsolute, join, relative, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** Folder of the store, where the description names none. */
export const DEFAULT_STORE = "images";

/**
 * The store as Terraform sees it from a stack's folder: a relative path for a store inside the project, so that one
 * state planned from two checkouts shows no change, an absolute one otherwise.
 */
export function storeFromStack(stack: TerraformStack, store: string): string {
  const project = process.cwd();
  const absoluteStore = resolve(project, store);
  const insideProject =
    !relative(project, absoluteStore).startsWith("..") && !isAbsolute(relative(project, absoluteStore));
  if (!insideProject) return absoluteStore;
  return relative(join(resolve(App.of(stack).outdir), "stacks", stack.node.id), absoluteStore);
}

/** Tells the requests of two states apart: 8 hex digits of project id, stack and workspace. */
export function stackKey(scope: Construct): string {
  const stack = TerraformStack.of(scope);
  const project = String(stack.node.tryGetContext("projectId") ?? "");
  const workspace = process.env["TF_WORKSPACE"] ?? "default";
  const identity = [project, stack.node.path, workspace].join("\0");
  return createHash("sha256").update(identity).digest("hex").slice(0, 8);
}
