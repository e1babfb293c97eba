import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { ImageStack } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { validateKickstarts } from "../../../kickstart/checks/validate";
import { someImage } from "../../support/app";
import { SOUND } from "../../support/sound-kickstart";
import { temporaryFolder } from "../../support/temporary";

/** The real checks, with a note of each start. */
jest.mock("../../../kickstart/checks/validate", () => {
  const real = jest.requireActual<{ validateKickstarts: typeof validateKickstarts }>(
    "../../../kickstart/checks/validate",
  );
  return { ...real, validateKickstarts: jest.fn(real.validateKickstarts) };
});

const started = jest.mocked(validateKickstarts);
beforeEach(() => started.mockClear());

/** An app whose kickstarts are checked. */
function checkedApp(kickstarts: readonly string[]): App {
  const app = new App({ outdir: temporaryFolder("app"), context: { projectId: "test" } });
  kickstarts.forEach((text, index) => {
    new ImageStack(app, `image-${index}`, someImage({ kickstart: Kickstart.fromText(text) }));
  });
  return app;
}

interface Manifest {
  readonly stacks: Record<string, { readonly annotations: readonly { level: string; message: string }[] }>;
}

describe("app.synth", () => {
  it("checks the kickstarts of all stacks at once", () => {
    const app = checkedApp([SOUND, `${SOUND}# two\n`, `${SOUND}# three\n`]);
    app.synth();
    expect(started).toHaveBeenCalledTimes(1);
    expect(started.mock.calls[0]?.[0]).toHaveLength(3);
  });

  it("checks a kickstart as it was written, without the build's login", () => {
    const own = SOUND.replace('sshkey --username=packer "@@ssh_key@@"\n', "");
    const app = checkedApp([own]);
    app.synth();
    expect(started.mock.calls[0]?.[0]).toMatchObject([{ path: "image-0.cfg", text: own }]);
  });

  it("throws one error with the findings of all kickstarts, before any stack is written", () => {
    const app = checkedApp([SOUND.replace("zerombr\n", "zerombrr\n"), SOUND.replace("lang en", "lng en")]);
    expect(() => app.synth()).toThrow(/image-0.cfg:13: error KS\d+ .*zerombrr[^]*image-1.cfg:\d+: error KS\d+ .*lng/);
    expect(existsSync(join(app.outdir, "stacks", "image-0", "cdk.tf.json"))).toBe(false);
  });

  it("makes a warning an annotation of its image, once", () => {
    const app = checkedApp([SOUND, SOUND.replace("timezone Etc/UTC --utc\n", "")]);
    app.synth();
    app.synth();
    const { stacks } = JSON.parse(readFileSync(join(app.outdir, "manifest.json"), "utf8")) as Manifest;
    expect(stacks["image-0"]?.annotations).toEqual([]);
    expect(stacks["image-1"]?.annotations).toMatchObject([
      {
        level: "@cdktf/warn",
        message: expect.stringMatching(/^image-1.cfg:\d+: warning KS304 no timezone/) as unknown,
      },
    ]);
  });

  it("checks nothing with OS_IMAGES_NO_VALIDATE=1", () => {
    const app = checkedApp(["nonsense\n@@ssh_key@@\n"]);
    process.env["OS_IMAGES_NO_VALIDATE"] = "1";
    try {
      app.synth();
    } finally {
      delete process.env["OS_IMAGES_NO_VALIDATE"];
    }
    expect(started).not.toHaveBeenCalled();
  });
});
