import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "../../builder/main";
import { Provisioner } from "../../recipe/provisioner";
import { Secret } from "../../recipe/secret";
import { ensureMedium } from "../../setup/demo-installer/medium";
import { setUp } from "../../setup/set-up";
import { ANSIBLE_STEPS } from "../../setup/steps";
import { testMedium, writeRequest } from "../support/request";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(1_800_000);

const SECRET = "swordfish of the test";

/** Fails unless the steps before it have done what they should. */
const CHECK = `#!/bin/sh
set -eux
grep -q 'A machine on image' /srv/image/page.html
[ "$(cat /srv/image/changes)" = changed ]
[ "$(stat -c '%U %a' /etc/from-files/sub/b)" = "daemon 640" ]
echo 'checked: all is there'
`;

beforeAll(async () => {
  await setUp(ANSIBLE_STEPS);
  process.env["TOKEN"] = SECRET;
});

/** Builds an image whose system has Python, with files, a playbook and a check. Gives what was logged, and the image. */
async function buildWith(extraVars: Record<string, string>) {
  const store = temporaryFolder("store");
  const medium = await ensureMedium({ python: true });
  const files = temporaryFolder("files");
  const check = join(files, "check.sh");
  writeFileSync(check, CHECK);
  const provisioners = [
    Provisioner.files(resolve(__dirname, "../data/files"), "/etc/from-files", { owner: "daemon", mode: "0640" }),
    Provisioner.ansible(resolve(__dirname, "../data/ansible/site.yml"), {
      extraVars,
      secrets: [Secret.fromEnv("TOKEN")],
    }),
    Provisioner.script(check),
  ];
  const { file, image } = writeRequest(store, { provisioners, medium: testMedium(medium) });
  const lines: string[] = [];
  const manifest = await build(file, { write: (line) => void lines.push(line) }).catch((error: unknown) => error);
  return { lines, image, manifest, store };
}

test("an image is built with files, a playbook, its handler and a secret", async () => {
  const { lines, image, manifest } = await buildWith({});
  if (manifest instanceof Error) throw manifest;
  expect(lines.join("\n")).toContain("task page : Write the page");
  const log = readFileSync(join(image, "packer.log"), "latin1");
  expect(log).toContain("checked: all is there");
  for (const text of [log, lines.join("\n")]) expect(text).not.toContain(SECRET);
});

test("a failing task is named in the build's verdict", async () => {
  const { manifest } = await buildWith({ broken: "image" });
  expect(String(manifest)).toContain(`failed in phase "provision"`);
  expect(String(manifest)).toContain('the playbook\'s task "Fail where the test wants it" failed');
  expect(String(manifest)).toContain("shown by: non-zero return code: the test wants it");
});
