import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { build } from "../../builder/main";
import { writeRequest } from "../support/request";
import { copyOut } from "../support/secrets/disk";
import { temporaryFolder } from "../support/temporary";

const KICKSTART = readFileSync(join(__dirname, "..", "data", "vagrant-box.cfg"), "utf8");

describe("a kickstart that knows nothing of os-images", () => {
  const folder = temporaryFolder("unmodified");
  const root = join(folder, "root");

  beforeAll(async () => {
    const { file, image } = writeRequest(join(folder, "store"), { kickstart: KICKSTART, name: "box" });
    const { disk } = await build(file, { write: () => undefined });
    copyOut(join(image, disk.file), root);
  }, 600_000);

  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const names = (path: string): string[] => (existsSync(join(root, path)) ? readdirSync(join(root, path)) : []);

  it("builds, and the image is what it describes", () => {
    expect(read("/etc/motd")).toBe("a box\n");
    expect(read("/etc/sudoers.d/vagrant")).toContain("%vagrant ALL=(ALL) NOPASSWD: ALL");
    expect(names("/home")).toEqual(["vagrant"]);
    expect(read("/etc/group")).toMatch(/^wheel:x:\d+:vagrant$/m);
  });

  it.each(["passwd", "shadow", "group", "gshadow", "subuid", "subgid"])(
    "leaves no user of the build's in /etc/%s, nor in its copy",
    (file) => {
      for (const path of [`/etc/${file}`, `/etc/${file}-`]) {
        if (existsSync(join(root, path))) expect(read(path)).not.toMatch(/packer|:61000:/);
      }
    },
  );

  it("leaves no sudo rule, mail, cron table, linger file or lastlog entry of the build", () => {
    expect(names("/etc/sudoers.d").sort()).toEqual(["README", "vagrant", "wheel"]);
    for (const path of ["/var/mail", "/var/spool/cron/crontabs", "/var/lib/systemd/linger", "/root"]) {
      expect(names(path).filter((name) => /packer|ks\.cfg/.test(name))).toEqual([]);
    }
    expect(statSync(join(root, "/var/log/lastlog")).size).toBe(0);
  });

  it("leaves no file that names the build's user, its key or its rule", () => {
    const words = ["-e", "packer", "-e", "os-images-build", "-e", "@@ssh_key@@"];
    const places = ["etc", "home", "root", "var", "opt", "srv", "tmp", "boot"].map((name) => join(root, name));
    const found = execFileSync("/bin/sh", ["-c", 'grep -rlawF "$@" || true', "sh", ...words, "--", ...places], {
      encoding: "utf8",
    });
    expect(found).toBe("");
  });
});
