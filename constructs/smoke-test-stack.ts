import { join, posix } from "node:path";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { UserError } from "../util/user-error";
import { useProviders } from "./image-stack";
import type { MachineImage } from "./machine-image";
import { scriptCommand, shellQuote } from "./package";
import { pathFromStack } from "./project";

export interface SmokeTestStackProps {
  /** The image to boot; its `login` must be one by key. */
  readonly image: MachineImage;
  /** Private key file of the image's login, an absolute path. */
  readonly sshKeyFile: string;
  /** @default 1024 */
  readonly memoryMiB?: number;
}

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
    const { fingerprint, path, manifestPath } = image.referTo(this);
    const folder = pathFromStack(this, join("machines", id));
    const quoted = (value: string): string => `"${value}"`;
    const machine = new NullResource(this, "machine", {
      triggers: { image_fingerprint: fingerprint, folder },
      provisioners: [
        {
          type: "local-exec",
          command: [
            scriptCommand("machine", "main"),
            `boot --name ${id} --folder ${shellQuote(folder)}`,
            `--image ${quoted(path)} --manifest ${quoted(manifestPath)}`,
            `--username ${shellQuote(image.login.username)} --ssh-key ${shellQuote(props.sshKeyFile)}`,
            `--firmware ${image.firmware}`,
            `--memory-mib ${props.memoryMiB ?? 1024}`,
          ].join(" "),
        },
        {
          type: "local-exec",
          when: "destroy",
          command: `${scriptCommand("machine", "main")} remove --folder "\${self.triggers.folder}"`,
        },
      ],
    });
    new TerraformOutput(this, "machine_report", {
      value: posix.join(machine.getStringAttribute("triggers.folder"), "report.json"),
      staticId: true,
    });
  }
}
