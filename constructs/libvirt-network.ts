import { sha256 } from "../util/digest";
import { UserError } from "../util/user-error";

/** The network of libvirt machines. */
export class LibvirtNetwork {
  /**
   * A network of the machines' own, from which they reach the world through the hypervisor's address.
   * @param cidr IPv4, such as "10.30.7.0/24", in use nowhere else on the hypervisor
   * @throws UserError on another text
   */
  static nat(cidr: string): LibvirtNetwork {
    return new LibvirtNetwork({ mode: "nat", cidr: checked(cidr) });
  }

  /** As `nat`, but the machines reach each other and the hypervisor only. */
  static isolated(cidr: string): LibvirtNetwork {
    return new LibvirtNetwork({ mode: "none", cidr: checked(cidr) });
  }

  /** A network of the hypervisor's, by its name in `virsh net-list`, such as "default". Its DHCP must be libvirt's own. */
  static existing(name: string): LibvirtNetwork {
    return new LibvirtNetwork({ name });
  }

  /** A `nat` network whose addresses are chosen by a name: the same each time, and seldom those of another name. */
  static chosenBy(name: string): LibvirtNetwork {
    const [second = 0, third = 0] = Buffer.from(sha256(name), "hex");
    return LibvirtNetwork.nat(`10.${16 + (second % 224)}.${third}.0/24`);
  }

  private constructor(
    readonly settings:
      | { readonly mode: "nat" | "none"; readonly cidr: string; readonly name?: undefined }
      | { readonly name: string; readonly mode?: undefined },
  ) {}
}

/** A network has an address of the hypervisor's, and one at least for a machine. */
function checked(cidr: string): string {
  const [, address = "", bits = ""] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(cidr) ?? [];
  const isAddress = address !== "" && address.split(".").every((part) => Number(part) <= 255);
  if (isAddress && Number(bits) >= 8 && Number(bits) <= 29) return cidr;
  throw new UserError(`"${cidr}" is no IPv4 network: write one of 8 to 29 bits, such as "10.30.7.0/24"`);
}
