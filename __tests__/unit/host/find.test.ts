import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../util/user-error";
import { findTool, requireTool } from "../../../host/find";
import { temporaryFolder } from "../../support/temporary";

const environment = process.env;
let folder: string;

/** A program that prints a version and notes that it was started. */
function program(place: string, version: string): string {
  const file = join(folder, place);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho started >> ${folder}/started\necho "Tool v${version}"\n`);
  chmodSync(file, 0o755);
  return file;
}

function timesStarted(): number {
  const file = join(folder, "started");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
}

beforeEach(() => {
  folder = temporaryFolder("find");
  const { HOME } = environment;
  process.env = { HOME, PATH: `${folder}/first:${folder}/second`, XDG_CACHE_HOME: join(folder, "cache") };
});

afterEach(() => void (process.env = environment));

describe("finding a tool", () => {
  it("takes the first one on PATH that is new enough", () => {
    program("first/packer", "1.6.6");
    const second = program("second/packer", "1.11.2");
    program("cache/os-images/tools/bin/packer", "1.15.0");
    expect(findTool("packer")).toEqual({ path: second, version: "1.11.2", source: "machine" });
  });

  it("takes the cache's when PATH has only an old one", () => {
    program("first/packer", "1.6.6");
    const cached = program("cache/os-images/tools/bin/packer", "1.15.0");
    expect(findTool("packer")).toEqual({ path: cached, version: "1.15.0", source: "cache" });
  });

  it("starts a program once to ask its version, and again only when the file has changed", () => {
    const file = program("first/packer", "1.9.1");
    findTool("packer");
    findTool("packer");
    expect(timesStarted()).toBe(1);
    writeFileSync(file, `${readFileSync(file, "utf8")}# a newer file\n`);
    findTool("packer");
    expect(timesStarted()).toBe(2);
  });

  it("takes OpenTofu when there is no Terraform, and what TERRAFORM_BINARY_NAME names before both", () => {
    const tofu = program("second/tofu", "1.12.6");
    expect(findTool("terraform")?.path).toBe(tofu);
    program("first/terraform", "1.11.4");
    process.env["TERRAFORM_BINARY_NAME"] = "tofu";
    expect(findTool("terraform")?.path).toBe(tofu);
  });

  it("skips a program that fails when asked for its version", () => {
    const file = program("first/terraform", "1.11.4");
    writeFileSync(file, "#!/bin/sh\necho 1.11.4\nexit 1\n");
    expect(findTool("terraform")).toBeUndefined();
  });

  it("takes a tool whose version does not matter without starting it", () => {
    const file = program("second/xorriso", "0.1");
    expect(findTool("xorriso")).toEqual({ path: file, source: "machine" });
    expect(timesStarted()).toBe(0);
  });

  it("prefers the cache's python", () => {
    program("first/python3", "3.78");
    const cached = program("cache/os-images/tools/python/bin/python", "3.78");
    expect(findTool("python")).toEqual({ path: cached, version: "3.78", source: "cache" });
  });

  it("says what is missing, which version was found instead, and what to type", () => {
    const old = program("first/packer", "1.6.6");
    expect(() => requireTool("packer")).toThrow(
      new UserError(`no packer of version 1.9.0 or newer was found (${old} is 1.6.6): run \`npx os-images setup\``, 3),
    );
    expect(() => requireTool("xorriso")).toThrow("xorriso is not on PATH: run `npx os-images setup`");
  });
});
