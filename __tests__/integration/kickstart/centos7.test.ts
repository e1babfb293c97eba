import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { differences } from "../../../kickstart/convert/convert";
import { KickstartReader } from "../../../kickstart/convert/reader";
import { rhel7 } from "../../../imports/kickstart/rhel7";
import { centos7, type Centos7Props } from "../../../kickstart/centos7";
import { renderKickstart } from "../../../kickstart/syntax/render";
import { findTool } from "../../../host/find";

const root = join(__dirname, "..", "..", "..");
const [python, terraform] = [findTool("python")?.path, findTool("terraform")?.path];
const missing =
  python === undefined ? "no Python with pykickstart" : terraform === undefined ? "no terraform" : undefined;
const testWithTools = missing === undefined ? it : it.skip;
const note = missing === undefined ? "" : ` (skipped: ${missing}; run npm run setup)`;

const props: Centos7Props = {
  hostname: "centos7",
  installUrl: "http://vault.centos.org/7.9.2009/os/x86_64/",
  repos: [
    { name: "updates", baseurl: "http://vault.centos.org/7.9.2009/updates/x86_64/" },
    { name: "extras", baseurl: "http://vault.centos.org/7.9.2009/extras/x86_64/" },
  ],
  rootPassword: "@@secret:ROOT_PASSWORD@@",
};

/** The template as Terraform renders it. */
function fromTemplate({ hostname, installUrl, repos, rootPassword }: Centos7Props): string {
  const variables = { hostname, install_url: installUrl, repos, root_password: rootPassword };
  const input = `jsonencode(templatefile("kickstart/centos7.cfg.tmpl", jsondecode(${JSON.stringify(JSON.stringify(variables))})))\n`;
  const { stdout, stderr, status } = spawnSync(terraform!, ["console"], {
    cwd: root,
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(JSON.parse(stdout) as string) as string;
}

describe("the kickstart of CentOS 7", () => {
  testWithTools(`is for pykickstart the same as a template and typed${note}`, async () => {
    const reader = new KickstartReader(python!);
    try {
      const typed = renderKickstart(rhel7, centos7(props), {
        readFile: (file) => readFileSync(join(root, file), "utf8"),
      });
      const [one, other] = [await reader.state("RHEL7", fromTemplate(props)), await reader.state("RHEL7", typed)];
      if (!one.ok || !other.ok) throw new Error("one of them was not read");
      expect(differences(one.state, other.state)).toEqual([]);
      expect(Object.keys(one.state.commands)).toContain("repo");
    } finally {
      reader.close();
    }
  });
});
