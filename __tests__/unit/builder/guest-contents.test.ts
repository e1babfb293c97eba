import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { billOfMaterials } from "../../../builder/bom";
import { parseContents, readGuestContents } from "../../../builder/guest-contents";
import { temporaryFolder } from "../../support/temporary";

const TOLD = [
  'os-release\tPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
  "os-release\tID=debian",
  'os-release\tVERSION_ID="12"',
  "passwd\troot:x:0:0:root:/root:/bin/bash",
  "passwd\tadmin:x:1000:1000:A person,,,:/home/admin:/bin/bash",
  "tcp\t  sl  local_address rem_address   st tx_queue",
  "tcp\t   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1",
  "tcp\t   1: 0F02000A:0016 0202000A:E0D2 01 00000000:00000000 00:00000000 00000000     0        0 2 1",
  "tcp6\t   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 3 1",
  "udp\t  12: 0100007F:0143 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4 2",
  "kernel\t6.1.0-30-amd64",
  "kernel\t0-rescue-0123456789abcdef0123456789abcdef",
  "unit\tssh.service",
  "unit\tgetty@tty1.service",
  "deb\tii \tcurl\t7.88.1-10+deb12u8\tamd64",
  "deb\trc \tremoved\t1.0\tamd64",
  "end",
  "",
];

const parse = (...lines: string[]) => parseContents([...lines, "end\n"].join("\n"), true);

test("what a guest told becomes sorted lists, of what is installed, listens and is enabled", () => {
  const { contents, remarks } = parseContents(TOLD.join("\n"), true);
  expect(remarks).toEqual([]);
  expect(contents).toEqual({
    contentsVersion: 1,
    release: { id: "debian", version: "12", title: "Debian GNU/Linux 12 (bookworm)" },
    kernels: ["6.1.0-30-amd64"],
    packages: [{ kind: "deb", name: "curl", version: "7.88.1-10+deb12u8", arch: "amd64" }],
    users: [
      { name: "root", uid: 0, home: "/root", shell: "/bin/bash" },
      { name: "admin", uid: 1000, home: "/home/admin", shell: "/bin/bash" },
    ],
    services: ["getty@tty1.service", "ssh.service"],
    ports: [
      { protocol: "tcp", address: "0.0.0.0", port: 22 },
      { protocol: "tcp", address: "::1", port: 8080 },
      { protocol: "udp", address: "127.0.0.1", port: 323 },
    ],
  });
});

test("the sealing step tells this machine's own facts by the port that has its name, and nothing without that port", () => {
  const folder = temporaryFolder("machine");
  const step = readFileSync(join(__dirname, "../../../recipe/seal/contents.sh"), "utf8");
  const file = join(folder, "contents.sh");
  writeFileSync(file, step.replace("/sys/class/virtio-ports", folder).replace("port=/dev/", `port=${folder}/dev-`));
  expect(execFileSync("/bin/sh", [file]).toString()).toBe("");
  for (const [port, name] of Object.entries({
    vport0p1: "org.fedoraproject.anaconda.log.0",
    vport0p2: "os-images.contents",
  })) {
    mkdirSync(join(folder, port));
    writeFileSync(join(folder, port, "name"), `${name}\n`);
    writeFileSync(join(folder, `dev-${port}`), "");
  }
  execFileSync("/bin/sh", [file]);
  expect(readFileSync(join(folder, "dev-vport0p1"), "utf8")).toBe("");
  const { contents } = readGuestContents(join(folder, "dev-vport0p2"), true);
  expect(contents?.users).toContainEqual(expect.objectContaining({ name: "root", uid: 0, home: "/root" }));
  expect(contents?.release.title).not.toBe("");
});

it("says nothing of the ports if nobody logged in: those are the installer's", () => {
  expect(parseContents(TOLD.join("\n"), false).contents).not.toHaveProperty("ports");
});

it("takes packages of rpm, several versions beside each other, and keys, which have no architecture", () => {
  const { contents } = parse(
    "rpm\tkernel-core\t5.14.0-570.el9\tx86_64",
    "rpm\tkernel-core\t5.14.0-503.el9\tx86_64",
    "rpm\tgpg-pubkey\t350d275d-6279464b\t(none)",
    "rpm\tbind-utils\t32:9.16.23-29.el9\tx86_64",
  );
  expect(contents?.packages.map(({ name, version, arch }) => `${name} ${version} ${arch}`)).toEqual([
    "bind-utils 32:9.16.23-29.el9 x86_64",
    "gpg-pubkey 350d275d-6279464b ",
    "kernel-core 5.14.0-503.el9 x86_64",
    "kernel-core 5.14.0-570.el9 x86_64",
  ]);
});

it.each([
  ["a control character", "unit\tssh\u001b[2J.service"],
  ["an invisible character that turns text", "passwd\teve:x:1:1::/home/\u202eeve:/bin/sh"],
  ["a package without a version", "deb\tii \tcurl\t\tamd64"],
  ["a package with more fields", "rpm\ta\t1\tnoarch\tmore"],
  ["a name with a path in it", "unit\t../../etc/shadow"],
  ["a user without a number", "passwd\troot:x:zero:0::/:/bin/sh"],
  ["a number that no user has", "passwd\troot:x:99999999999999999999:0::/:/bin/sh"],
  ["a word that is none", "shell\trm -rf /"],
  ["a line without end", `unit\t${"a".repeat(100_000)}`],
  ["no port", "tcp\t0: XYZ"],
])("leaves out %s, and counts it", (_, line) => {
  const { contents, remarks } = parse("unit\tssh.service", line);
  expect(contents).toMatchObject({ services: ["ssh.service"], users: [], packages: [], ports: [] });
  expect(remarks[0]).toMatch(/^1 line\(s\) that the guest told of what is in it are not sound/);
});

it("says in one line that there are no packages, and gives empty lists", () => {
  expect(parse()).toMatchObject({
    contents: { packages: [], users: [], services: [], kernels: [] },
    remarks: ["the guest has no packages of rpm or dpkg"],
  });
});

it.each([
  ["told nothing", "", "the guest did not tell what is in it"],
  ["stopped in the middle", "unit\tssh.service\n", "what the guest told of itself broke off"],
  ["told of more users than a system has", `${users(10_001)}end\n`, "the guest told more of itself than a system has"],
  ["wrote without end", "x".repeat(8 * 1024 * 1024 + 1), "the guest told too much of what is in it"],
])("gives no contents if the guest %s", (_, text, remark) => {
  const file = join(temporaryFolder("told"), "contents.txt");
  writeFileSync(file, text);
  expect(readGuestContents(file, true)).toEqual({ contents: undefined, remarks: [remark] });
});

it("gives no contents if the machine had no port for it", () => {
  expect(readGuestContents(join(temporaryFolder("told"), "none"), true).contents).toBeUndefined();
});

it("makes a bill of materials with the package URLs of Debian and of a release with rpm", () => {
  const image = { name: "demo", fingerprint: "a".repeat(64), createdAt: "2026-11-01T00:00:00.000Z" };
  const bom = (...lines: string[]): unknown => {
    const { contents } = parse(...lines);
    if (contents === undefined) throw new Error("nothing was told");
    return JSON.parse(billOfMaterials(contents, image));
  };
  expect(bom(...TOLD.slice(0, -2))).toMatchObject({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    metadata: { timestamp: image.createdAt, component: { type: "operating-system", name: "demo" } },
    components: [
      { type: "library", name: "curl", purl: "pkg:deb/debian/curl@7.88.1-10+deb12u8?arch=amd64&distro=debian-12" },
    ],
  });
  expect(bom("os-release\tID=rocky", "rpm\tbind\t32:9.16-29.el9\tx86_64")).toMatchObject({
    components: [{ version: "32:9.16-29.el9", purl: "pkg:rpm/rocky/bind@9.16-29.el9?arch=x86_64&epoch=32" }],
  });
});

function users(count: number): string {
  return Array.from({ length: count }, (_, i) => `passwd\tu${i}:x:${i}:1::/:/bin/sh\n`).join("");
}
