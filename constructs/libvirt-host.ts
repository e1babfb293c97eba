import type { TerraformStack } from "cdktf";
import { LibvirtProvider } from "../imports/providers/libvirt/provider";
import { sha256 } from "../util/digest";
import { UserError } from "../util/user-error";
import { checkCloudInit } from "./cloud-init";
import type { LibvirtMachinesProps } from "./libvirt-machines";

/**
 * The releases of `dmacvicar/libvirt` that these constructs are for. 0.9 has other resources under the same names. This is
 * the one place that says so; the bindings in imports/ are of 0.8.3.
 */
const PROVIDER = { source: "dmacvicar/libvirt", version: "~> 0.8.3" };

/** The provider for a hypervisor; a stack has one for each. */
export function useLibvirt(stack: TerraformStack, uri: string): LibvirtProvider {
  const id = `libvirt-${sha256(uri).slice(0, 4)}`;
  stack.addOverride("terraform.required_providers.libvirt", PROVIDER);
  return (
    (stack.node.tryFindChild(id) as LibvirtProvider | undefined) ?? new LibvirtProvider(stack, id, { uri, alias: id })
  );
}

/** @throws UserError on an image that libvirt machines cannot start from, or a value out of range */
export function checkMachines(id: string, props: LibvirtMachinesProps, format: string): void {
  const { image, count = 1, memoryMiB = 1024, vcpus = 1, timeoutMinutes = 15, poolPath = "/", cloudInit } = props;
  const refuse = (what: string, instead: string): never => {
    throw new UserError(`${what}, which the libvirt machines "${id}" cannot start from: ${instead}`);
  };
  if (!["qcow2", "raw"].includes(format)) {
    refuse(`image "${image.name}" has the format "${format}"`, `write format: "qcow2" or "raw" for it`);
  }
  if (image.firmware !== "bios") {
    refuse(`image "${image.name}" is for the firmware "${image.firmware}"`, `write firmware: "bios" for it`);
  }
  if (image.architecture !== "x86_64") {
    refuse(`image "${image.name}" is for ${String(image.architecture)}`, "take one for x86_64");
  }
  if (cloudInit === undefined && image.login.method === "none") {
    throw new UserError(
      `nobody can log in to image "${image.name}", of which the libvirt machines "${id}" are made: ` +
        `write login: { username: "...", method: "key" } for it, or cloudInit for the machines`,
    );
  }
  if (cloudInit !== undefined) checkCloudInit(cloudInit);
  if (!/^[A-Za-z][A-Za-z0-9-]{0,40}$/.test(id)) {
    throw new UserError(
      `"${id}" cannot begin the names of libvirt machines: write letters, digits and "-", such as "web"`,
    );
  }
  if (!poolPath.startsWith("/")) {
    throw new UserError(`poolPath "${poolPath}" of "${id}" is relative: write an absolute path on the hypervisor`);
  }
  for (const [name, value, most] of [
    ["count", count, 100],
    ["memoryMiB", memoryMiB, 1 << 24],
    ["vcpus", vcpus, 1024],
    ["timeoutMinutes", timeoutMinutes, 1440],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new UserError(`${name} ${value} of "${id}" is out of range: write a whole number from 1 to ${most}`);
    }
  }
}
