import { TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { ImageStack, useProviders } from "../../../constructs/image-stack";
import { imageFromPath } from "../../../constructs/machine-image";
import { XenGuest, type XenGuestProps } from "../../../constructs/xen-guest";
import { Platform } from "../../../platforms/platform";
import {
  ownStack,
  someApp,
  someImage,
  SOME_SHA256,
  someStack,
  synthesized,
  type TerraformJson,
} from "../../support/app";

const image = imageFromPath({
  name: "web",
  path: "/images/web.raw",
  format: "raw",
  fingerprint: SOME_SHA256,
  login: { username: "admin", method: "key" },
});

const some: XenGuestProps = { image, host: { address: "xen1" }, type: "pv", memoryMiB: 512 };

function guestIn(stack: TerraformStack, changed: Partial<XenGuestProps> = {}): XenGuest {
  return new XenGuest(stack, "web", { ...some, ...changed });
}

interface Step {
  readonly triggers: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[];
  readonly provisioner: readonly [
    { "local-exec": { command: string; when?: string; environment: Record<string, string> } },
  ];
}

function steps(json: TerraformJson): Record<"guest" | "image" | "disk" | "running", Step> {
  const found = json.resource["null_resource"] ?? {};
  return Object.fromEntries(
    Object.entries(found).map(([id, step]) => [/_(guest|image|disk|running)_/.exec(`${id}_`)?.[1] ?? id, step]),
  ) as unknown as Record<"guest" | "image" | "disk" | "running", Step>;
}

test("a new image replaces the guest's disk once it is on the host, and removes nothing before", () => {
  const stack = ownStack();
  guestIn(stack);
  const { guest, image: onHost, disk, running } = steps(synthesized(stack));
  expect(onHost.triggers).toMatchObject({ image_fingerprint: SOME_SHA256, address: "xen1" });
  expect(guest.triggers).not.toHaveProperty("image_fingerprint");
  expect(disk.triggers).toMatchObject({ image_fingerprint: SOME_SHA256 });
  expect(disk.depends_on?.map((name) => name.replace(/_[0-9A-F]+$/, ""))).toEqual([
    "null_resource.web_guest",
    "null_resource.web_image",
  ]);
  expect(disk.provisioner.map((one) => one["local-exec"].when)).not.toContain("destroy");
  expect(running.triggers["disk"]).toMatch(/^\$\{null_resource\.web_disk.*\.id\}$/);
});

test("a new definition restarts the guest, and leaves its disk alone", () => {
  const [before, after] = [512, 1024].map((memoryMiB) => {
    const stack = ownStack();
    guestIn(stack, { memoryMiB });
    const json = synthesized(stack);
    const { disk, running } = steps(json);
    const local = /^\$\{local\.(\w+)\}$/.exec(running.triggers["definition"] ?? "")?.[1];
    return { disk, definition: json.locals?.[local ?? ""] };
  });
  expect(before?.definition).toContain("memory = 512\n");
  expect(after?.definition).toContain("memory = 1024\n");
  expect(after?.disk.triggers).toEqual(before?.disk.triggers);
});

test("another key file is no reason to make a guest anew, and is used for its removal", () => {
  const [before, after] = ["/keys/a", "/keys/b"].map((privateKeyFile) => {
    const stack = ownStack();
    guestIn(stack, { host: { address: "xen1", privateKeyFile } });
    return steps(synthesized(stack));
  });
  for (const step of ["guest", "image", "disk", "running"] as const)
    expect(after?.[step].triggers).toEqual(before?.[step].triggers);
  const removal = after?.guest.provisioner.map((one) => one["local-exec"]).find(({ when }) => when === "destroy");
  expect(removal?.environment["OS_IMAGES_XEN"]).toContain("/keys/b");
  expect(removal?.environment["OS_IMAGES_XEN"]).toContain("${jsonencode(self.triggers.address)}");
});

test("each plan asks the host, by a command that no shell reads", () => {
  const stack = ownStack();
  guestIn(stack);
  const json = synthesized(stack);
  const asked = Object.values(
    (json.data as { external: Record<string, { program: string[]; query: object }> }).external,
  )[0];
  expect(asked?.program[0]).toBe(process.execPath);
  expect(asked?.program.at(-1)).toBe("status");
  expect(asked?.query).toMatchObject({ address: "xen1", port: "22", username: "root", name: "web", keyFile: "" });
  expect(json.terraform).toMatchObject({ required_providers: { external: { source: "hashicorp/external" } } });
});

test("an image of another stack of the app is deployed before", () => {
  const images = someStack({ format: "raw" }, "images");
  const stack = new TerraformStack(images.node.scope!, "guests");
  useProviders(stack);
  guestIn(stack, { image: images.image });
  expect(stack.dependencies).toEqual([images]);
  expect(steps(synthesized(stack)).disk.triggers["image_fingerprint"]).toBe(images.image.fingerprint);
});

test("an image of another format is taken as its export for Xen, under the export's fingerprint", () => {
  const images = new ImageStack(someApp(), "images", { ...someImage({ format: "qcow2" }), exports: [Platform.xen()] });
  const stack = new TerraformStack(images.node.scope!, "guests");
  useProviders(stack);
  expect(() => guestIn(stack, { image: images.image })).toThrow(
    "export it for Platform.xen() and take the export's asImage",
  );
  const { asImage } = images.exportFor("xen");
  new XenGuest(stack, "exported", { ...some, image: asImage });
  const { disk } = steps(synthesized(stack));
  expect(disk.triggers["image_fingerprint"]).toBe(asImage.fingerprint);
  expect(asImage.fingerprint).not.toBe(images.image.fingerprint);
  expect(disk.provisioner[0]["local-exec"].environment["OS_IMAGES_XEN"]).toMatch(
    /exports\/xen-[0-9a-f]{12}\/images\.raw/,
  );
});

test("the host's address may be a value that only Terraform knows", () => {
  const stack = ownStack();
  const address = new TerraformVariable(stack, "host", { type: "string" }).stringValue;
  guestIn(stack, { host: { address } });
  expect(steps(synthesized(stack)).disk.triggers["address"]).toBe("${var.host}");
});

test("a guest with an address is a machine that waits for its start", () => {
  const stack = ownStack();
  const { machine } = guestIn(stack, { address: "10.0.0.5" });
  new TerraformOutput(stack, "address", { value: machine.address, staticId: true });
  expect(machine).toMatchObject({ name: "web", username: "admin" });
  expect(synthesized(stack).output["address"]?.value).toMatch(/^\$\{\(?null_resource\.web_running.*"10\.0\.0\.5"/);
  expect(() => guestIn(ownStack()).machine).toThrow('the address of guest "web" is not known: write address: "..."');
});

describe("refused at synth", () => {
  const token = "${TfToken[TOKEN.0]}";
  test.each<[string, Partial<XenGuestProps>, RegExp]>([
    [
      "a qcow2",
      { image: { ...image, referTo: () => ({ ...image.referTo(ownStack()), format: "qcow2" }) } },
      /image "web" is qcow2, .*format: "raw"/,
    ],
    ["a name that is another guest's number", { name: "7" }, /name "7" .*write a letter, then/],
    ["a bridge with spaces", { bridge: "a b" }, /bridge "a b" of guest "web" .*"xenbr0"/],
    ["a MAC address of other form", { macAddress: "0:1" }, /macAddress "0:1" .*six pairs/],
    [
      "an address that is an option of ssh",
      { host: { address: "-oProxyCommand=x" } },
      /host.address "-oProxyCommand=x" .*IP address/,
    ],
    ["a relative folder", { host: { address: "a", folder: "guests" } }, /host.folder "guests" .*absolute path/],
    ["a folder that leads upwards", { host: { address: "a", folder: "/a/../b" } }, /host.folder/],
    ["a user with spaces", { host: { address: "a", username: "a b" } }, /host.username "a b"/],
    ["a port of more than 16 bits", { host: { address: "a", port: 65_536 } }, /host.port 65536 .*from 1 to 65535/],
    ["too little memory", { memoryMiB: 8 }, /memoryMiB 8 .*from 64 to/],
    ["half a processor", { vcpus: 0.5 }, /vcpus 0.5/],
    ["a reference where a value is needed", { bridge: token }, /only address and host.address can be one/],
  ])("%s", (_, changed, message) => {
    expect(() => guestIn(new TerraformStack(someApp(), "guests"), changed)).toThrow(message);
  });
});
