import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Checkout } from "../support/checkout";
import { Libvirtd, whyNoLibvirt } from "../support/libvirtd";
import { LibvirtProject } from "../support/libvirt-project";

const why = whyNoLibvirt();

jest.setTimeout(1_800_000);

/** Row by row the table of docs/libvirt.md, for two images of which only the identities differ. */
(why === undefined ? describe : describe.skip)(
  `machines on libvirt${why === undefined ? "" : ` (skipped: ${why})`}`,
  () => {
    const libvirtd = new Libvirtd();
    const checkout = new Checkout();
    const [old, new_] = ["a".repeat(64), "b".repeat(64)] as const;
    let disk = "";
    let project: LibvirtProject;

    beforeAll(() => {
      const { status, stdout, stderr } = checkout.run("npm", ["run", "deploy", "--", "demo", "--auto-approve"]);
      if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
      const images = join(checkout.folder, "images/demo");
      const [folder = ""] = readdirSync(images).filter((name) => /^[0-9a-f]{12}$/.test(name));
      disk = join(images, folder, "demo.qcow2");
      libvirtd.start();
      project = new LibvirtProject(libvirtd, { disk, fingerprint: old });
    });
    afterAll(() => libvirtd.remove());

    it("answer after the first deploy, which a second one leaves alone", () => {
      project.deployed();
      expect(libvirtd.greeting(project.addresses()["web-0"]!)).toMatch(/^SSH-2\.0-/);
      expect(project.deployed()).toContain("unchanged");
    });

    it("are others on a new copy when the image changes, and the old ones are gone", () => {
      const [before = ""] = libvirtd.domains();
      project.deployed({ fingerprint: new_ });
      expect(libvirtd.domains()).toHaveLength(1);
      expect(libvirtd.domains()).not.toContain(before);
      expect(project.volumes().filter((name) => name.startsWith("demo-"))).toEqual([
        expect.stringMatching(/^demo-b{12}-/),
      ]);
      expect(libvirtd.greeting(project.addresses()["web-0"]!)).toMatch(/^SSH-2\.0-/);
    });

    it("run on when the new image cannot be had, and are still there after a rollback", () => {
      const before = libvirtd.domains();
      const { status } = project.deploy({ fingerprint: old, disk: `${disk}.gone` });
      expect(status).toBe(1);
      expect(libvirtd.domains()).toEqual(before);
      project.deployed({ fingerprint: new_, disk });
      expect(libvirtd.domains()).toEqual(before);
      expect(libvirtd.greeting(project.addresses()["web-0"]!)).toMatch(/^SSH-2\.0-/);
    });

    it("are started again at the same address if somebody switched them off", () => {
      const [name = ""] = libvirtd.domains();
      const address = project.addresses()["web-0"];
      libvirtd.virsh("destroy", name);
      expect(project.deployed()).toContain("1 to change");
      expect(libvirtd.domains()).toEqual([name]);
      expect(project.addresses()["web-0"]).toBe(address);
    });

    it("are made again on their old disk if somebody undefined them", () => {
      const [name = ""] = libvirtd.domains();
      const disks = project.volumes();
      libvirtd.virsh("destroy", name);
      libvirtd.virsh("undefine", name);
      project.deployed();
      expect(libvirtd.domains()).toHaveLength(1);
      expect(project.volumes()).toEqual(disks);
    });

    it("stay as somebody changed them by hand, with a warning", () => {
      const [name = ""] = libvirtd.domains();
      libvirtd.virsh("setmaxmem", name, "300M", "--config");
      libvirtd.virsh("destroy", name);
      libvirtd.virsh("start", name);
      expect(project.deployed()).toContain("Machine web-0 was changed by hand");
      expect(libvirtd.domains()).toEqual([name]);
    });

    it("go with their disks, network and pool on a destroy, and the image stays", () => {
      expect(project.destroy().status).toBe(0);
      expect(libvirtd.domains()).toEqual([]);
      expect(project.volumes()).toEqual([]);
      expect(existsSync(disk)).toBe(true);
    });
  },
);
