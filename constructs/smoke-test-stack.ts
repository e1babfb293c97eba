import { join, posix } from "node:path";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { UserError } from "../util/user-error";
import { useProviders } from "./image-stack";
import type { MachineImage } from "./machine-image";
import { scriptProvisioner } from "./package";
import { pathFromStack } from "./project";
import { escapeTemplate } from "./terraform-text";

export interface SmokeTestStackProps {
  /** The image to boot; its `login` must be one by key. */
  readonly image: MachineImage;
  /** Private key file of the image's login, an absolute path. */
  readonly sshKeyFile: string;
  /** @default 1024 */
  readonly memoryMiB?: number;
}

const BOOT = [
  'boot --name "$OS_IMAGES_MACHINE" --folder "$OS_IMAGES_FOLDER" --image "$OS_IMAGES_IMAGE"',
  '--manifest "$OS_IMAGES_MANIFEST" --format "$OS_IMAGES_FORMAT" --fingerprint "$OS_IMAGES_FINGERPRINT"',
  '--username "$OS_IMAGES_USERNAME" --ssh-key "$OS_IMAGES_KEY_FILE" --firmware "$OS_IMAGES_FIRMWARE"',
  '--memory-mib "$OS_IMAGES_MEMORY_MIB"',
].join(" ");

/**
 * Proves an image on this host: boots an overlay on it, logs in over SSH, reports what came up, and powers off. Machines
 * that stay are a hypervisor's.
 */
export class SmokeTestStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: SmokeTestStackProps) {
    super(scope, id);
    useProviders(this);
    const { image } = props;
    if (image.login.method !== "key") {
      throw new UserError(
        `image "${image.name}" has no login by key, which machine "${id}" needs: ` +
          `write login: { username: "...", method: "key" } in its properties`,
      );
    }
    const { fingerprint, path, manifestPath, format } = image.referTo(this);
    const folder = escapeTemplate(pathFromStack(this, join("machines", id)));
    const machine = new NullResource(this, "machine", {
      triggers: { image_fingerprint: fingerprint, folder },
      provisioners: [
        scriptProvisioner("machine/main", BOOT, {
          OS_IMAGES_MACHINE: id,
          OS_IMAGES_FOLDER: folder,
          OS_IMAGES_IMAGE: path,
          OS_IMAGES_MANIFEST: manifestPath,
          OS_IMAGES_FORMAT: format,
          OS_IMAGES_FINGERPRINT: fingerprint,
          OS_IMAGES_USERNAME: escapeTemplate(image.login.username),
          OS_IMAGES_KEY_FILE: escapeTemplate(props.sshKeyFile),
          OS_IMAGES_FIRMWARE: image.firmware,
          OS_IMAGES_MEMORY_MIB: String(props.memoryMiB ?? 1024),
        }),
        {
          ...scriptProvisioner("machine/main", 'remove --folder "$OS_IMAGES_FOLDER"', {
            OS_IMAGES_FOLDER: "${self.triggers.folder}",
          }),
          when: "destroy",
        },
      ],
    });
    new TerraformOutput(this, "machine_report", {
      value: posix.join(machine.getStringAttribute("triggers.folder"), "report.json"),
      staticId: true,
    });
  }
}
