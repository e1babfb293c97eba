import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith, findExtra } from "../support/extra";
import { PipelineCheckout } from "../support/pipeline";
import { S3Server } from "../support/s3-server";
import { temporaryFolder } from "../support/temporary";
import { tinyMedium } from "../support/tiny-medium";

jest.setTimeout(300_000);

describeWith(findExtra("seaweedfs"), "GitHub's pipeline, walked through by a shell", (program) => {
  let server: S3Server;
  let environment: NodeJS.ProcessEnv;
  const medium = tinyMedium(temporaryFolder("medium"));

  beforeAll(async () => {
    server = await S3Server.seaweedfs(program);
    await server.start();
    environment = { ...server.credentials, OS_IMAGES_REMOTE: server.address("team-images") };
  }, 60_000);
  afterAll(() => server.stop("SIGKILL"));

  it("plans both images, with a table for the pull request and pages to review", () => {
    const runner = new PipelineCheckout(medium);
    expect(runner.job("plan", environment).output).toBe('stacks=["keeper","tiny"]\n');
    expect(readFileSync(join(runner.folder, "plan.md"), "utf8")).toMatch(
      /^\| image \| stack \|.*\n\| --- .*\n\| keeper \| keeper \| [0-9a-f]{12} \| missing \| missing \| build \| the store has no image of this name \|\n/,
    );
    expect(readFileSync(join(runner.folder, "cdktf.out/review/index.html"), "utf8")).toMatch(/2 missing/);
  });

  it("builds one stack in a job, and shares its image", () => {
    const { text } = new PipelineCheckout(medium).job("build", { ...environment, STACK: "tiny" });
    expect(text).toMatch(/push/);
  });

  it("plans only the other one then, as another runner fetches what is shared", () => {
    const runner = new PipelineCheckout(medium);
    expect(runner.job("plan", environment).output).toBe('stacks=["keeper"]\n');
    expect(readFileSync(join(runner.folder, "plan.md"), "utf8")).toMatch(
      /^\| tiny .* \| missing \| there \| fetch \| {2}\|$/m,
    );
  });

  it("keeps the newest images when it cleans up", () => {
    expect(new PipelineCheckout(medium).job("gc", environment).text).not.toMatch(/removed [1-9]/);
  });
});
