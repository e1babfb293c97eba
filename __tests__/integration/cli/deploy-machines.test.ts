import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Libvirtd, whyNoLibvirt } from "../../support/libvirtd";
import { LibvirtProject } from "../../support/libvirt-project";
import { SmallDisk } from "../../support/small-disk";
import { speakingQcow2 } from "../../support/speaking-disk";
import { temporaryFolder } from "../../support/temporary";

const why = whyNoLibvirt();

jest.setTimeout(300_000);

/** A network whose name and addresses are somebody else's, as libvirt takes it. */
function strangersNetwork(cidr: string): string {
  const file = join(temporaryFolder(), "network.xml");
  const address = cidr.replace(/0\/24$/, "1");
  writeFileSync(file, `<network><name>strangers</name><ip address="${address}" netmask="255.255.255.0"/></network>`);
  return file;
}

/**
 * None of these comes to starting a machine. Each gets further than the one before, whose reason is gone by then: so a deploy
 * goes on where the last one failed.
 */
(why === undefined ? describe : describe.skip)(
  `a deploy of libvirt machines says what to do${why === undefined ? "" : ` (skipped: ${why})`}`,
  () => {
    const libvirtd = new Libvirtd();
    const disk = join(temporaryFolder(), "some.qcow2");
    let small: SmallDisk;
    let project: LibvirtProject;

    beforeAll(() => {
      small = new SmallDisk("64m"); // first, as libvirtd sees no later mounts
      libvirtd.start();
      speakingQcow2(disk, "no system");
      const poolPath = join(small.folder, "pool");
      project = new LibvirtProject(libvirtd, { disk, fingerprint: "a".repeat(64), poolPath, domainType: "kvm" });
    });
    afterAll(() => {
      libvirtd.remove();
      small.remove();
    });

    /** What the one message of a deploy that fails says. */
    function refusal(...changed: Parameters<LibvirtProject["deploy"]>): string {
      const { status, output } = project.deploy(...changed);
      expect(status).toBe(1);
      const [, remedy = "", ...more] = output.split("what to do: ");
      expect([output, more]).toEqual([expect.any(String), []]);
      return remedy;
    }

    it("if libvirtd does not run", () => {
      const socket = join(libvirtd.folder, "sockets/libvirt-sock");
      renameSync(socket, `${socket}.away`);
      try {
        expect(refusal()).toContain("libvirtd does not answer");
      } finally {
        renameSync(`${socket}.away`, socket);
      }
    });

    it("if the network's addresses are taken by something that Terraform does not own", () => {
      libvirtd.virsh("net-create", strangersNetwork(project.cidr));
      expect(refusal()).toContain("a network of this name or with these addresses");
      libvirtd.virsh("net-destroy", "strangers");
    });

    it("if the pool is full", () => {
      small.fill();
      try {
        expect(refusal({ fingerprint: "b".repeat(64) })).toContain("a disk is full");
      } finally {
        small.makeRoom();
      }
    });

    it("if the image is gone from the store between plan and apply", () => {
      expect(refusal({ disk: `${disk}.gone` })).toContain("the image is not in the store any more");
    });

    it("if the hypervisor has no KVM", () => {
      expect(refusal({ disk })).toContain('write domainType: "qemu"');
      expect(libvirtd.domains()).toEqual([]);
    });

    it("if the state is lost, and makes nothing beside what is there", () => {
      const before = project.volumes();
      rmSync(project.state);
      expect(refusal({ domainType: "qemu" })).toMatch(/the hypervisor has a (pool|network) of this name/);
      expect(project.volumes()).toEqual(before);
    });
  },
);
