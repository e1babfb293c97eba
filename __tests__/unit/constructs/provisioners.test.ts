import { chmodSync, cpSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ImageProps } from "../../../constructs/image-props";
import { sha256 } from "../../../util/digest";
import { Provisioner } from "../../../recipe/provisioner";
import { Secret } from "../../../recipe/secret";
import { fileWritten, someStack, synthesized } from "../../support/app";
import { temporaryFolder } from "../../support/temporary";

const DATA = resolve(__dirname, "../../data");

/** A folder with a script, files and a playbook. */
function sources(): string {
  const folder = temporaryFolder("sources");
  cpSync(join(DATA, "ansible"), join(folder, "ansible"), { recursive: true });
  cpSync(join(DATA, "files"), join(folder, "files"), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(folder, "roles/common/tasks"), { recursive: true });
  writeFileSync(join(folder, "a.sh"), "#!/bin/sh\n");
  return folder;
}

const all = (folder: string, version = "1", extra: Partial<Record<"script" | "owner" | "variable", string>> = {}) => [
  Provisioner.script(join(folder, "a.sh"), {
    environment: { A: extra.script ?? "a", T: Secret.fromEnv("T", { version }) },
  }),
  Provisioner.files(join(folder, "files"), "/srv/files", { owner: extra.owner ?? "root" }),
  Provisioner.ansible(join(folder, "ansible/site.yml"), {
    roles: [join(folder, "roles")],
    extraVars: { v: extra.variable ?? "1" },
  }),
];

interface Request {
  readonly fingerprint: string;
  readonly recipe: { readonly provisioners: readonly unknown[]; readonly secrets: readonly unknown[] };
  readonly secrets: readonly unknown[];
}

function requestOf(provisioners: ImageProps["provisioners"] = []): Request {
  return JSON.parse(fileWritten(synthesized(someStack({ provisioners })), "build.json")) as Request;
}

describe("the provisioners of an image", () => {
  it("are its digest alone for a script as it always was", () => {
    const folder = sources();
    const { recipe } = requestOf([join(folder, "a.sh"), Provisioner.script(join(folder, "a.sh"))]);
    expect(recipe.provisioners).toEqual([sha256("#!/bin/sh\n"), sha256("#!/bin/sh\n")]);
  });

  it("keep their secrets out of the installation, but name them to the builder", () => {
    const { recipe, secrets } = requestOf(all(sources(), "2"));
    expect(recipe.secrets).toEqual([]);
    expect(recipe.provisioners[0]).toMatchObject({
      environment: { A: "a", T: "@@secret:T@@" },
      secrets: [{ name: "T", version: "2" }],
    });
    expect(secrets).toEqual([{ name: "T", version: "2", source: { kind: "env", variable: "T" } }]);
  });

  it("give the same image from another checkout, with other times and another umask", () => {
    const other = sources();
    utimesSync(join(other, "files/a"), 1, 1);
    chmodSync(join(other, "files/a"), 0o600);
    expect(requestOf(all(other)).fingerprint).toBe(requestOf(all(sources())).fingerprint);
  });

  it.each<[string, number, (folder: string) => ImageProps["provisioners"] | void]>([
    ["a variable of a script's environment", 0, (folder) => all(folder, "1", { script: "b" })],
    ["a secret's version", 0, (folder) => all(folder, "2")],
    ["a script", 0, (folder) => writeFileSync(join(folder, "a.sh"), "#!/bin/sh\ntrue\n")],
    ["a file", 1, (folder) => writeFileSync(join(folder, "files/sub/new"), "")],
    ["a file's mode", 1, (folder) => chmodSync(join(folder, "files/a"), 0o755)],
    ["the owner of files", 1, (folder) => all(folder, "1", { owner: "daemon" })],
    [
      "a template of a role",
      2,
      (folder) => writeFileSync(join(folder, "ansible/roles/page/templates/page.html.j2"), "new"),
    ],
    ["a shared role", 2, (folder) => writeFileSync(join(folder, "roles/common/tasks/main.yml"), "[]")],
    ["a variable of a playbook", 2, (folder) => all(folder, "1", { variable: "2" })],
  ])("change the image for %s, and nothing of the other provisioners", (_, changed, change) => {
    const folder = sources();
    const before = requestOf(all(folder));
    const now = requestOf(change(folder) ?? all(folder));
    expect(now.fingerprint).not.toBe(before.fingerprint);
    const differ = [0, 1, 2].filter(
      (index) => JSON.stringify(now.recipe.provisioners[index]) !== JSON.stringify(before.recipe.provisioners[index]),
    );
    expect(differ).toEqual([changed]);
  });

  it.each<[string, Provisioner, string]>([
    ["files", Provisioner.files("no-files", "/srv/x"), '"no-files" of Provisioner.files() is not there'],
    ["a playbook", Provisioner.ansible("no/site.yml"), 'playbook "no/site.yml" is not there'],
    ["a script", Provisioner.script("no.sh"), 'provisioning script "no.sh" cannot be read'],
  ])("are refused at synth if %s cannot be found", (_, provisioner, message) => {
    expect(() => someStack({ provisioners: [provisioner] })).toThrow(message);
  });
});
