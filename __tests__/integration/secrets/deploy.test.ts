import { leaks } from "../../support/secrets/allowed";
import { deployWithCanaries, newSecrets, type Deployed } from "../../support/secrets/deployment";
import { tinyMedium } from "../../support/tiny-medium";
import { temporaryFolder } from "../../support/temporary";

const KICKSTART = `rootpw --iscrypted @@secret:ROOT_HASH@@
user --name=admin --password=@@secret:USER_PASSWORD@@
url --url=http://mirror:@@secret:REPO_PASSWORD@@@mirror.invalid/os/
%post
echo '@@secret:API_TOKEN@@'
%end
`;

/** A sample; the whole of it, with an installed system, is in `npm run test:long`. */
describe("a terraform apply with secrets of every kind", () => {
  const folder = temporaryFolder("secrets");
  let deployed: Deployed;
  beforeAll(async () => {
    const { iso, sha256 } = tinyMedium(folder, 5);
    deployed = await deployWithCanaries(
      { image: "tiny", iso, sha256, kickstart: KICKSTART },
      newSecrets(),
      "terraform",
    );
  }, 300_000);

  it("leaves none of them in a place that is not allowed", () => {
    expect(leaks(deployed.finds)).toEqual([]);
    expect(deployed.finds.map(({ canary, place }) => [canary, place])).toContainEqual([
      "API_TOKEN",
      "terraform.canaries.tfstate",
    ]);
  });

  it("works in a folder of its own, with nothing in an environment that others can read", () => {
    const { commandLines, openEnvironments, workFolderModes } = deployed.watch;
    expect([...commandLines].filter((line) => /^\S*qemu-system/.test(line))).not.toEqual([]);
    expect([...workFolderModes]).toEqual(["700"]);
    expect([...openEnvironments]).toEqual([]);
  });

  it("warns of the state, which other users can read", () => {
    expect(deployed.output).toMatch(
      /warning: other users of this machine can read the Terraform state, and secrets in it; run: chmod 600 \S+\.tfstate/,
    );
  });
});
