import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolEnvironment } from "../../../host/environment";
import { requireTool } from "../../../host/find";
import { Login } from "../../../recipe/login";
import { Secret } from "../../../recipe/secret";
import { loadRequest } from "../../../builder/request-files";
import { testMedium, writeRequest } from "../../support/request";
import { temporaryFolder } from "../../support/temporary";

test("Packer takes a password with braces as it is", () => {
  const folder = temporaryFolder("template");
  const password = Secret.fromEnv("PASSWORD");
  const buildLogin = Login.password(password, { username: "root" });
  const medium = testMedium({ iso: "/media/some.iso", sha256: "0".repeat(64) });
  const { file } = writeRequest(folder, { medium, buildLogin, secrets: [password], kickstart: "text\n" });
  for (const [name, content] of loadRequest(file).files) writeFileSync(join(folder, name), content);
  const { status, stderr, stdout } = spawnSync(requireTool("packer").path, ["validate", "demo.pkr.json"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...toolEnvironment(), PKR_VAR_secret_PASSWORD: 'a{{b}} "c\\ {{`' },
  });
  expect([status, stdout, stderr]).toEqual([0, expect.stringContaining("The configuration is valid."), ""]);
});
