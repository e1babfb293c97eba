import { type TerraformBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { ImageReference } from "./machine-image";

/**
 * Values of an image that only its applied state knows, read from the outputs of its stack. Those outputs are not
 * sensitive, unlike cdktf's own cross-stack references, which would silence the consumer's log.
 */
export function referThroughState(scope: Construct, imageStack: TerraformStack, format: string): ImageReference {
  const id = `image-state-${imageStack.node.id}`;
  const consumer = TerraformStack.of(scope);
  const backend = imageStack.ensureBackendExists();
  const state =
    (consumer.node.tryFindChild(id) as ReturnType<TerraformBackend["getRemoteStateDataSource"]> | undefined) ??
    backend.getRemoteStateDataSource(consumer, id, imageStack.node.path);
  return {
    fingerprint: state.getString("image_fingerprint"),
    path: state.getString("image_path"),
    manifestPath: state.getString("image_manifest"),
    format,
  };
}
