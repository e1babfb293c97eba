import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { conditional, Fn, Op, TerraformDataSource, TerraformLocal, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { projectPath } from "../util/project-folder";
import { UserError } from "../util/user-error";
import { xlDefinition } from "../xen/definition";
import type { Machine } from "./machine";
import type { MachineImage } from "./machine-image";
import { type ScriptProvisioner, scriptProvisioner, scriptWords } from "./package";
import { stateKey } from "./state";
import { escapeTemplate } from "./terraform-text";
import { refuseUnfit } from "./xen-values";

/** A host that runs Xen. It is reached by `ssh`, so that your own ssh configuration counts. */
export interface XenHost {
  /** Name or address; may be a reference to a Terraform value. */
  readonly address: string;
  /** @default 22 */
  readonly port?: number;
  /** A user who may use `xl`. @default "root" */
  readonly username?: string;
  /** Path of a private key. @default - the keys that ssh finds by itself */
  readonly privateKeyFile?: string;
  /** Path of the file with the host's key; a host whose key is not in it is refused. @default - "~/.ssh/known_hosts" */
  readonly knownHostsFile?: string;
  /** The host's folder for images and the guests' disks. @default "/var/lib/os-images" */
  readonly folder?: string;
}

export interface XenGuestProps {
  /** The image, or an export for Xen (`asImage`); its format must be raw. */
  readonly image: MachineImage;
  readonly host: XenHost;
  /** "pv" and "pvh" start the kernel that pygrub finds on the disk, "hvm" the disk's own boot loader. */
  readonly type: "pv" | "pvh" | "hvm";
  readonly memoryMiB: number;
  /** @default 1 */
  readonly vcpus?: number;
  /** The host's bridge that the guest's network card is on. @default "xenbr0" */
  readonly bridge?: string;
  /** @default - made from the place of the stack's state and the construct's path */
  readonly macAddress?: string;
  /** The guest's name on the host. @default - the construct's id */
  readonly name?: string;
  /** The address that the guest has by its image, or by DHCP for its MAC address. @default - not known */
  readonly address?: string;
}

/** The oldest release whose behaviour is relied on. */
const EXTERNAL_PROVIDER = { source: "hashicorp/external", version: ">= 1.2.0" };

type Values = Readonly<Record<string, string>>;

/**
 * A guest of a Xen host, with a disk of its own that is a copy of the image. A new image replaces disk and guest, another
 * definition restarts the guest, and a guest that is gone is started again: each plan asks the host. Its stack needs the
 * providers that `useProviders` declares, and gets `hashicorp/external`.
 */
export class XenGuest extends Construct {
  /** As the host knows it. */
  readonly name: string;
  private readonly username: string;
  private readonly address: string | undefined;
  private readonly disk: NullResource;
  private readonly running: NullResource;

  /** @throws UserError on an image that is not raw, and on values that Xen does not take */
  constructor(scope: Construct, id: string, props: XenGuestProps) {
    super(scope, id);
    const { image, host, type, memoryMiB, vcpus = 1, bridge = "xenbr0", name = id } = props;
    const { address, port = 22, username = "root", folder = "/var/lib/os-images" } = host;
    const { fingerprint, path, format } = image.referTo(this);
    refuseUnfit({ ...props, name, vcpus, bridge, host: { ...host, port, username, folder } }, format);
    this.name = name;
    this.username = image.login.username;
    this.address = props.address;

    const stack = TerraformStack.of(this);
    stack.addOverride("terraform.required_providers.external", EXTERNAL_PROVIDER);
    const owner = new TerraformLocal(this, "owner", `${stateKey(stack)} ${escapeTemplate(this.node.path)}`).asString;
    // In the state, so that the guest can be found and removed.
    const place = { address, port: String(port), username, folder, name, owner };
    // Each user's own matter, and no reason to make a guest anew.
    const access = { keyFile: filePath(host.privateKeyFile), knownHostsFile: filePath(host.knownHostsFile) };

    const status = new TerraformDataSource(this, "status", { terraformResourceType: "external" });
    status.addOverride("program", [...scriptWords("xen/main").map(escapeTemplate), "status"]);
    status.addOverride("query", { ...place, ...access });
    const [diskId, runningId] = ["disk", "running"].map((key) => status.getStringAttribute(`result.${key}`)) as [
      string,
      string,
    ];

    // Apart from the disk: a new image is on the host before the guest of the old one stops.
    const guest = new NullResource(this, "guest", {
      triggers: place,
      provisioners: [
        { ...scriptProvisioner("xen/main", "remove", { OS_IMAGES_XEN: fromState(place, access) }), when: "destroy" },
      ],
    });
    const imageOnHost = new NullResource(this, "image", {
      triggers: { ...place, image_fingerprint: fingerprint },
      provisioners: [command("image", { ...place, ...access, image: path, fingerprint })],
    });
    this.disk = new NullResource(this, "disk", {
      triggers: { ...place, image_fingerprint: fingerprint, disk: diskId },
      dependsOn: [guest, imageOnHost],
      provisioners: [command("disk", { ...place, ...access, image: path, fingerprint, id: diskId })],
    });
    const macAddress = props.macAddress ?? new TerraformLocal(this, "mac_address", ownMacAddress(owner)).asString;
    const text = xlDefinition({
      ...{ name, type, memoryMiB, vcpus, bridge, macAddress, firmware: image.firmware },
      disk: `${folder}/guests/${name}/disk.raw`,
    });
    const definition = new TerraformLocal(this, "definition", text).asString;
    this.running = new NullResource(this, "running", {
      triggers: { definition, running: runningId, disk: this.disk.id },
      provisioners: [command("start", { ...place, ...access, definition, id: runningId })],
    });
  }

  /**
   * The guest as whatever configures machines takes it; it comes after the guest's start.
   * @throws UserError if the guest's address is not known, or its image has no known login
   */
  get machine(): Machine {
    const { name, address, username } = this;
    if (address === undefined) {
      throw new UserError(`the address of guest "${name}" is not known: write address: "..." in its properties`);
    }
    if (username === "") {
      throw new UserError(
        `the image of guest "${name}" has no known login: write login: { username: "...", ... } for it`,
      );
    }
    // The condition makes the address wait for the guest.
    return {
      name,
      username,
      identity: this.disk.id,
      address: Token.asString(conditional(Op.neq(this.running.id, ""), address, "")),
    };
  }
}

/** Runs a command of xen/main.ts, which gets its values by environment. */
function command(name: string, values: Values): ScriptProvisioner {
  return scriptProvisioner("xen/main", name, { OS_IMAGES_XEN: Fn.jsonencode(values) });
}

/** As JSON: what is in the resource's state, all that a command at its end may refer to, and literal text. */
function fromState(inState: Values, literal: Values): string {
  const state = Object.keys(inState).map((key) => `"${key}":\${jsonencode(self.triggers.${key})}`);
  const text = Object.entries(literal).map(([key, value]) => `"${key}":${JSON.stringify(value)}`);
  return `{${[...state, ...text].join(",")}}`;
}

/** The user's own path, absolute; "" for none. */
function filePath(path = ""): string {
  return path === "" || path.startsWith("~/") ? path : escapeTemplate(projectPath(path));
}

/** An address of Xen's own range, the same in each plan. */
function ownMacAddress(owner: string): string {
  return `00:16:3e:\${join(":", regexall("..", substr(sha256("${owner}"), 0, 6)))}`;
}
