import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { manifestSchema } from "../../store/manifest";
import { requireTool } from "../../host/find";
import { Checkout } from "../support/checkout";
import { Libvirtd, whyNoLibvirt } from "../support/libvirtd";
import { LibvirtProject } from "../support/libvirt-project";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(600_000);

const noLibvirt = whyNoLibvirt();

const ROOT = resolve(__dirname, "..", "..");

/** The images in a store, each by its folder: those with a manifest. */
function images(store: string, name: string): string[] {
  return readdirSync(join(store, name))
    .filter((entry) => /^[0-9a-f]{12}$/.test(entry))
    .map((entry) => join(store, name, entry))
    .filter((folder) => readdirSync(folder).includes("manifest.json"));
}

function manifestOf(folder: string) {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
}

/** Processes that have this folder on their command line. */
function processesOf(folder: string): string {
  return spawnSync("pgrep", ["-a", "-f", folder], { encoding: "utf8" }).stdout;
}

describe("the main job", () => {
  const checkout = new Checkout();
  const store = join(checkout.folder, "images");

  it("builds the default image, and boots a machine from it that the user logs in to", () => {
    const { status, stdout, stderr } = checkout.script("cli/start.ts");
    if (status !== 0) throw new Error(`npm start ended with ${status}\n${stdout}\n${stderr}`);
    expect(stdout.split("\n").length).toBeLessThan(60);
    expect(stdout).not.toMatch(/null_resource|local-exec|Executing/);
    const [image = ""] = images(store, "demo");
    const { disk, fingerprint } = manifestOf(image);
    expect(stdout).toMatch(new RegExp(`^image +images/demo/${fingerprint.slice(0, 12)}/demo\\.qcow2`, "m"));
    const info = spawnSync(requireTool("qemu-img").path, ["info", "--output=json", join(image, disk.file)], {
      encoding: "utf8",
    });
    expect(JSON.parse(info.stdout)).toMatchObject({ format: "qcow2", "virtual-size": 2 * 1024 ** 3 });
    const sha256 = spawnSync("sha256sum", [join(image, disk.file)], { encoding: "utf8" }).stdout.slice(0, 64);
    expect(disk.sha256).toBe(sha256);
    const report = JSON.parse(
      readFileSync(join(checkout.folder, "machines/demo-machine/report.json"), "utf8"),
    ) as object;
    expect(report).toMatchObject({ hostName: "demo", image: { fingerprint } });
    expect(readFileSync(join(checkout.folder, "machines/demo-machine/screenshot.png")).subarray(1, 4).toString()).toBe(
      "PNG",
    );
    expect(processesOf(checkout.folder)).toBe("");
  });

  it("does nothing on the second start: no packer, no qemu", () => {
    const { env, started } = checkout.noting("packer", "qemu-system-x86_64");
    const { status, stdout } = checkout.script("cli/start.ts", [], env);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^demo +unchanged\ndemo-machine +unchanged$/m);
    expect(started()).toEqual([]);
  });

  (noLibvirt === undefined ? it : it.skip)(
    `makes a libvirt machine from it, whose sshd answers${noLibvirt === undefined ? "" : ` (skipped: ${noLibvirt})`}`,
    () => {
      const [image = ""] = images(store, "demo");
      const { disk, fingerprint } = manifestOf(image);
      const libvirtd = new Libvirtd();
      libvirtd.start();
      try {
        const project = new LibvirtProject(libvirtd, { disk: join(image, disk.file), fingerprint });
        const output = project.deployed();
        expect(output).toContain(`machine web-0: answers at ${project.addresses()["web-0"]}`);
        expect(project.destroy().status).toBe(0);
        expect(libvirtd.domains()).toEqual([]);
      } finally {
        libvirtd.remove();
      }
    },
  );

  it("is taken by plain Terraform from the stack's state", () => {
    const folder = temporaryFolder("plain");
    cpSync(join(ROOT, "examples/plain-terraform/from-state/main.tf"), join(folder, "main.tf"));
    const terraform = requireTool("terraform").path;
    const state = join(checkout.folder, "terraform.demo.tfstate");
    const run = (...words: string[]) => checkout.run(terraform, words, {}, folder);
    expect(run("init", "-input=false").status).toBe(0);
    const { status, stdout } = run("apply", "-input=false", "-no-color", "-auto-approve", `-var=image_state=${state}`);
    expect(status).toBe(0);
    expect(stdout).toContain("file format: qcow2");
  });
});
