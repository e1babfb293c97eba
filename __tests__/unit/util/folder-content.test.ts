import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { copyFolder, folderDigest, IGNORE_FILE } from "../../../util/folder-content";
import { temporaryFolder } from "../../support/temporary";

/** A folder with a playbook's files, and a link. */
function playbookFolder(): string {
  const folder = temporaryFolder("content");
  write(folder, "site.yml", "- hosts: all\n");
  write(folder, "roles/web/templates/page.j2", "hello\n");
  write(folder, "roles/web/files/run.sh", "#!/bin/sh\n");
  chmodSync(join(folder, "roles/web/files/run.sh"), 0o755);
  symlinkSync("web", join(folder, "roles/default"));
  return folder;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe("the digest of a folder", () => {
  it("is the same for the same content at another place, with other times and another umask", () => {
    const other = playbookFolder();
    utimesSync(join(other, "site.yml"), 1, 1);
    chmodSync(join(other, "site.yml"), 0o600);
    mkdirSync(join(other, "empty"));
    expect(folderDigest(other)).toBe(folderDigest(playbookFolder()));
  });

  it.each<[string, (folder: string) => void]>([
    ["a file's text changes", (folder) => write(folder, "roles/web/templates/page.j2", "hallo\n")],
    ["a file is renamed", (folder) => execFileSync("mv", [join(folder, "site.yml"), join(folder, "web.yml")])],
    ["a file is added", (folder) => write(folder, "group_vars/all.yml", "")],
    ["a file becomes executable", (folder) => chmodSync(join(folder, "site.yml"), 0o755)],
    ["a file becomes a link", (folder) => execFileSync("ln", ["-sf", "site.yml", join(folder, "roles/default")])],
    [
      "text moves from one file to the next",
      (folder) => {
        write(folder, "roles/web/files/run.sh", "");
        write(folder, "site.yml", "- hosts: all\n#!/bin/sh\n");
      },
    ],
  ])("is another one if %s", (_, change) => {
    const folder = playbookFolder();
    const before = folderDigest(folder);
    change(folder);
    expect(folderDigest(folder)).not.toBe(before);
  });

  it("does not see what is ignored: by the folder's own file, and what tools leave", () => {
    const folder = playbookFolder();
    const before = folderDigest(folder);
    write(folder, IGNORE_FILE, "*.log\n/notes/\n");
    write(folder, "roles/a.log", "x");
    write(folder, "notes/today.md", "x");
    write(folder, ".git/HEAD", "x");
    write(folder, "roles/web/library/__pycache__/x.pyc", "x");
    expect(folderDigest(folder)).toBe(before);
    write(folder, "roles/notes/tasks.yml", "x");
    expect(folderDigest(folder)).not.toBe(before);
  });

  it.each(["/etc/hostname", "../other", "roles/../../other"])(
    "is refused if a link leads out of the folder: %s",
    (to) => {
      const folder = playbookFolder();
      symlinkSync(to, join(folder, "out"));
      expect(() => folderDigest(folder)).toThrow(`the link ${folder}/out leads out of its folder, to ${to}`);
    },
  );

  it("is refused for what is no file", () => {
    const folder = playbookFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(() => folderDigest(folder)).toThrow(`${folder}/pipe is no file: name it in ${IGNORE_FILE} there`);
  });
});

describe("a copy of a folder", () => {
  it("has the same digest, is its owner's alone, and has nothing that is ignored", () => {
    const folder = playbookFolder();
    write(folder, IGNORE_FILE, "*.log\n");
    write(folder, "a.log", "x");
    const copy = join(temporaryFolder("copy"), "copy");
    copyFolder(folder, copy);
    expect(folderDigest(copy)).toBe(folderDigest(folder));
    expect(statSync(join(copy, "site.yml")).mode & 0o777).toBe(0o600);
    expect(statSync(join(copy, "roles/web/files/run.sh")).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(copy, "roles/default/templates/page.j2"), "utf8")).toBe("hello\n");
    expect(() => statSync(join(copy, "a.log"))).toThrow("ENOENT");
  });
});
