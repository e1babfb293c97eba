import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { platformName, REGISTRY_HOSTS } from "../../../host/plugins";
import { obtain } from "../../../setup/artifacts";

/** The provider, under the name that its source had when it was last published as a Go module. */
const EXTERNAL = {
  name: "terraform-provider-external",
  version: "1.2.0",
  goPackage: "github.com/terraform-providers/terraform-provider-external",
};

/** Puts `hashicorp/external` where Terraform looks for providers by itself, below a data folder (XDG_DATA_HOME). */
export async function placeExternalProvider(dataFolder: string): Promise<void> {
  const { path } = await obtain(EXTERNAL, () => undefined);
  for (const host of REGISTRY_HOSTS) {
    const folder = join(dataFolder, "terraform/plugins", host, "hashicorp/external", EXTERNAL.version, platformName());
    mkdirSync(folder, { recursive: true });
    copyFileSync(path, join(folder, `${EXTERNAL.name}_v${EXTERNAL.version}`));
  }
}
