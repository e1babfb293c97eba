import { rmSync } from "node:fs";
import { join } from "node:path";
import { Libvirtd, whyNoLibvirt } from "../../support/libvirtd";
import { LibvirtProject } from "../../support/libvirt-project";
import { speakingQcow2 } from "../../support/speaking-disk";
import { temporaryFolder } from "../../support/temporary";

const why = whyNoLibvirt();

jest.setTimeout(300_000);

/** None of these comes to starting a machine. */
(why === undefined ? describe : describe.skip)(
  `a deploy of libvirt machines says what to do${why === undefined ? "" : ` (skipped: ${why})`}`,
  () => {
    const libvirtd = new Libvirtd();
    const disk = join(temporaryFolder(), "some.qcow2");
    let project: LibvirtProject;

    beforeAll(() => {
      libvirtd.start();
      speakingQcow2(disk, "no system");
      project = new LibvirtProject(libvirtd, { disk, fingerprint: "a".repeat(64) });
    });
    afterAll(() => libvirtd.remove());

    it("if the image is gone from the store between plan and apply", () => {
      const { status, output } = project.deploy({ disk: `${disk}.gone` });
      expect(status).toBe(1);
      expect(output).toContain("what to do: the image is not in the store any more");
    });

    it("if the hypervisor has no KVM", () => {
      const { status, output } = project.deploy({ disk, domainType: "kvm" });
      expect(status).toBe(1);
      expect(output).toContain('write domainType: "qemu"');
      expect(libvirtd.domains()).toEqual([]);
    });

    it("if the state is lost, and makes nothing beside what is there", () => {
      const before = project.volumes();
      rmSync(project.state);
      const { status, output } = project.deploy({ domainType: "qemu" });
      expect(status).toBe(1);
      expect(output).toMatch(/what to do: the hypervisor has a (pool|network) of this name/);
      expect(project.volumes()).toEqual(before);
    });

    it("if libvirtd does not run", () => {
      const { status, output } = project.deploy({ uri: "qemu:///system?socket=/nowhere/libvirt-sock" });
      expect(status).toBe(1);
      expect(output).toContain("what to do: libvirtd does not answer");
    });
  },
);
