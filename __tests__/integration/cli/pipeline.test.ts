import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { pipelineFor } from "../../../cli/init/ci";
import { describeWith, findExtra } from "../../support/extra";
import { temporaryFolder } from "../../support/temporary";

jest.setTimeout(120_000);

function init(folder: string, ...words: string[]) {
  const program = resolve(__dirname, "../../../bin/os-images.js");
  return spawnSync(process.execPath, [program, "init", ...words], { cwd: folder, encoding: "utf8" });
}

describe("os-images init --ci", () => {
  it("adds the pipeline alone to an app, and does not overwrite one", () => {
    const folder = temporaryFolder("init");
    writeFileSync(join(folder, "cdktf.json"), "{}");
    expect(init(folder, "--ci", "github")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^wrote \.github\/workflows\/images\.yml\n/) as unknown,
    });
    expect(existsSync(join(folder, "main.ts"))).toBe(false);
    expect(init(folder, "--ci", "github")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error: \.github\/workflows\/images\.yml: already here/) as unknown,
    });
  });

  it("says so if a file is where its folder has to be", () => {
    const folder = temporaryFolder("init");
    writeFileSync(join(folder, "cdktf.json"), "{}");
    writeFileSync(join(folder, ".github"), "");
    expect(init(folder, "--ci", "github")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error: the folder \.github\/workflows cannot be made \(E\w+\)\n$/) as unknown,
    });
  });

  it("names the services that it knows if the one asked for is another", () => {
    expect(init(temporaryFolder("init"), "--ci", "jenkins").stderr).toBe(
      'error: there is no pipeline for "jenkins": write --ci github or --ci gitlab\n',
    );
  });
});

describeWith(findExtra("actionlint"), "GitHub's linter", (actionlint) => {
  const lint = (text: string) => spawnSync(actionlint, ["-"], { input: text, encoding: "utf8" });

  it("finds nothing in the pipeline, and finds a job that needs one which is not there", () => {
    const { text } = pipelineFor("github");
    expect(lint(text)).toMatchObject({ status: 0, stdout: "" });
    expect(lint(text.replace("needs: plan", "needs: plans")).status).toBe(1);
  });
});

describeWith(findExtra("check-jsonschema"), "GitLab's schema", (program) => {
  const check = (text: string) => {
    const file = join(temporaryFolder("gitlab"), "pipeline.yml");
    writeFileSync(file, text);
    return spawnSync(program, ["--builtin-schema", "vendor.gitlab-ci", file], { encoding: "utf8" });
  };
  const { text } = pipelineFor("gitlab");

  it("holds for the pipeline, and not for one whose job has no script", () => {
    expect(check(text)).toMatchObject({ status: 0 });
    expect(check(text.replace(/^plan:\n {2}stage: plan\n {2}script:/m, "plan:\n  stage: 7\n  script:")).status).toBe(1);
  });

  it.each([
    [["web", "web-2"], /"build web-2"/],
    [[], /echo all images are there/],
  ])("holds for the jobs that the plan makes of the stacks %j", (stacks, expected) => {
    const folder = temporaryFolder("gitlab");
    writeFileSync(join(folder, "plan.json"), JSON.stringify({ stacks }));
    const script = (parse(text) as { plan: { script: string[] } }).plan.script.at(-1) ?? "";
    expect(spawnSync("sh", ["-ec", script], { cwd: folder, encoding: "utf8" }).stderr).toBe("");
    const jobs = readFileSync(join(folder, "build.yml"), "utf8");
    expect(jobs).toMatch(expected);
    expect(check(jobs)).toMatchObject({ status: 0 });
  });
});
