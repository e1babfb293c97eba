import { UserError } from "../util/user-error";
import { hasToken } from "./terraform-text";
import type { XenGuestProps, XenHost } from "./xen-guest";

/** A guest's properties with their defaults. */
type Resolved = Required<Pick<XenGuestProps, "name" | "vcpus" | "bridge">> &
  XenGuestProps & { readonly host: Required<Pick<XenHost, "port" | "username" | "folder">> & XenHost };

/** A text's form, and how it is said. A guest's name that is a number would be the number of another guest to `xl`. */
const FORMS = {
  name: [/^[A-Za-z][A-Za-z0-9._-]{0,62}$/, "a letter, then letters, digits, dots, - and _, 63 at most"],
  bridge: [/^[A-Za-z][A-Za-z0-9._-]{0,14}$/, 'a bridge of the host, such as "xenbr0"'],
  macAddress: [/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, 'six pairs of hex digits, such as "00:16:3e:12:34:56"'],
  "host.address": [/^[A-Za-z0-9][A-Za-z0-9.:%-]*$/, "a host name or an IP address"],
  "host.username": [/^[A-Za-z_][A-Za-z0-9._-]*$/, "a user of the host"],
  "host.folder": [/^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/, 'an absolute path such as "/var/lib/os-images"'],
} as const;

/** The least that Linux and Xen make do with, and Xen's own limits: https://xenbits.xen.org/docs/4.17-testing/SUPPORT.html */
const RANGES = { memoryMiB: [64, 16 * 1024 * 1024], vcpus: [1, 512], "host.port": [1, 65_535] } as const;

/**
 * Refuses what the host would refuse later, or read as something else.
 * @throws UserError on the first such value
 */
export function refuseUnfit(props: Resolved, format: string): void {
  const { image, name, host, type, memoryMiB, vcpus, bridge, macAddress } = props;
  const { address, ...ofHost } = host;
  if (hasToken([name, type, memoryMiB, vcpus, bridge, macAddress, ofHost])) {
    throw new UserError(
      `guest "${name}" has a reference to a Terraform value: only address and host.address can be one`,
    );
  }
  if (format !== "raw") {
    throw new UserError(
      `image "${image.name}" is ${format}, which guest "${name}" cannot start from: write format: "raw" in its properties, ` +
        "or export it for Platform.xen() and take the export's asImage",
    );
  }
  const texts = {
    name,
    bridge,
    macAddress,
    "host.address": hasToken(address) ? undefined : address,
    "host.username": host.username,
    "host.folder": host.folder,
  };
  for (const [key, text] of Object.entries(texts)) {
    const [pattern, form] = FORMS[key as keyof typeof FORMS];
    if (text !== undefined && !pattern.test(text)) {
      throw new UserError(`${key} "${text}" of guest "${name}" is none that Xen takes: write ${form}`);
    }
  }
  const numbers = { memoryMiB, vcpus, "host.port": host.port };
  for (const [key, number] of Object.entries(numbers)) {
    const [least, most] = RANGES[key as keyof typeof RANGES];
    if (!Number.isInteger(number) || number < least || number > most) {
      throw new UserError(
        `${key} ${number} of guest "${name}" is out of range: write a whole number from ${least} to ${most}`,
      );
    }
  }
}
