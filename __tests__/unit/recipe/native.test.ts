import type { ImageProperties } from "../../../recipe/image-properties";
import { Login } from "../../../recipe/login";
import { InstallMedium } from "../../../recipe/medium";
import { NATIVE_BUILDERS, type NativeBuilder, nativeTemplate } from "../../../recipe/native";
import { OsRelease } from "../../../recipe/release";
import { resolveImage } from "../../../recipe/resolve";
import { Secret } from "../../../recipe/secret";
import type { Step } from "../../../recipe/steps";
import { packerTemplate } from "../../../recipe/template";
import { SOME_SHA256 } from "../../support/app";

interface Template {
  readonly variable: Readonly<Record<string, { readonly sensitive?: boolean; readonly default?: unknown }>>;
  readonly source: Readonly<Record<string, { readonly image: Readonly<Record<string, unknown>> }>>;
  readonly build: { readonly provisioner: readonly object[] };
}

const BUILDERS = Object.keys(NATIVE_BUILDERS) as NativeBuilder[];
const ROOT = Secret.fromEnv("ROOT");
const TOKEN = Secret.fromEnv("TOKEN");
const SCRIPT: Step = { kind: "script", file: "a.sh", text: "true\n", environment: { TOKEN } };

function imageOf(props: Partial<ImageProperties> = {}, steps: readonly Step[] = [SCRIPT]) {
  const isoChecksum = `sha256:${SOME_SHA256}`;
  const medium = InstallMedium.iso({ url: "/a.iso", checksum: isoChecksum });
  return resolveImage(
    { name: "web", release: OsRelease.ROCKY_9, medium, ...props },
    { isoChecksum, installSecrets: [ROOT], steps },
  );
}

function template(builder: NativeBuilder, ...given: Parameters<typeof imageOf>): Template {
  return nativeTemplate(imageOf(...given), builder, { name: "web-abc", fingerprint: "f".repeat(64) }) as Template;
}

test.each(BUILDERS)(
  "the template for %s begins with the image's own provisioners, and brings the sealing script",
  (builder) => {
    const ours = (packerTemplate(imageOf({ checkpoints: "none" })) as Template).build.provisioner;
    expect(template(builder).build.provisioner.slice(0, ours.length)).toEqual(ours);
  },
);

test.each(BUILDERS)(
  "the template for %s seals once: by its shutdown command, or by its last provisioner",
  (builder) => {
    const { build, source } = template(builder);
    const last = JSON.stringify(build.provisioner.at(-1));
    const command = JSON.stringify(source[builder]?.image["shutdown_command"] ?? "");
    expect([command, last].filter((text) => /\/bin\/sh \/dev\/shm\/os-images-seal\.sh/.test(text))).toHaveLength(1);
  },
);

test.each(BUILDERS)(
  "the template for %s asks for secrets by masked variables, the kickstart's only if it installs",
  (builder) => {
    const { variable } = template(builder);
    const secrets = Object.entries(variable).filter(([name]) => /secret|password|token/i.test(name));
    expect(secrets.filter(([, { sensitive }]) => sensitive !== true)).toEqual([]);
    expect("secret_ROOT" in variable).toBe(NATIVE_BUILDERS[builder].from === "medium");
    expect("secret_TOKEN" in variable).toBe(true);
  },
);

test("where an image is built is a matter of variables, and what is in it of the description", () => {
  const { source, variable } = template("vsphere-iso", { firmware: "uefi", diskSize: "20G", memoryMiB: 4096 });
  expect(source["vsphere-iso"]?.image).toMatchObject({
    vcenter_server: "${var.vcenter_server}",
    vm_name: "web-abc",
    firmware: "efi",
    RAM: 4096,
    storage: [{ disk_size: 20480 }],
    iso_checksum: `sha256:${SOME_SHA256}`,
  });
  expect(variable["guest_os_type"]?.default).toBe("rhel9_64Guest");
});

test("files go in with the rights that they have in an image", () => {
  const files = (mode?: string, isFolder = true): string => {
    const step = { file: "b.tar", from: "../b c", digest: "", to: "/srv/b", owner: "web:www" } as const;
    const [archive] = template("amazon-ebs", {}, [{ kind: "files", isFolder, mode, ...step }]).build.provisioner;
    return (archive as { "shell-local": { command: string } })["shell-local"].command;
  };
  expect(files()).toBe("tar --owner=web:0 --group=www:0 '--mode=u=rwX,go=rX' -cf b.tar -C '../b c' .");
  expect(files("0640")).toContain("'--mode=a=,u=rwX,g=rX,o='");
  expect(files("755")).toContain("'--mode=a=,u=rwx,g=rx,o=rx'");
  expect(files(undefined, false)).toContain("-C .. '--transform=s,.*,b,' 'b c'");
});

test.each<[string, NativeBuilder, Parameters<typeof imageOf>, RegExp]>([
  ["no login", "vsphere-iso", [{ buildLogin: Login.none() }, []], /has Login\.none\(\), but vsphere-iso logs in/],
  [
    "a password in a cloud",
    "azure-arm",
    [{ buildLogin: Login.password(ROOT, { username: "root" }) }],
    /azure-arm logs in to image "web" by a key that it makes itself: write Login\.buildKey\(\)/,
  ],
  [
    "Ansible",
    "googlecompute",
    [{}, [{ kind: "ansible", secrets: [] } as unknown as Step]],
    /has Provisioner\.ansible\(\), which the template for googlecompute cannot run: run the playbook/,
  ],
])("it refuses %s", (_, builder, given, message) => {
  expect(() => template(builder, ...given)).toThrow(message);
});
