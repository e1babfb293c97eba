import { createHash } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FixtureProps } from "../support/fixture-app";
import { Project } from "../support/project";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(120_000);

const SOUND = [
  "text",
  "lang en_US.UTF-8",
  "keyboard us",
  "timezone Etc/UTC --utc",
  "network --bootproto=dhcp --device=link",
  "liveimg --url=file:///run/install/repo/rootfs.tar",
  "zerombr",
  "clearpart --all --initlabel",
  "autopart",
  "bootloader",
  "rootpw --lock",
  "reboot",
  "",
].join("\n");

const folder = temporaryFolder("bad-input");

/** What a user is told by synth: everything on standard error and standard output. */
function synthError(props: FixtureProps): string {
  try {
    new Project().synth(props, { OS_IMAGES_NO_VALIDATE: "" });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("synth succeeded");
}

/** What a user is told by deploy, with Terraform's frame taken off, and what is left in the store. */
function deployError(props: FixtureProps): { readonly text: string; readonly images: string[] } {
  const store = temporaryFolder("store");
  const project = new Project();
  project.synth({ ...props, store });
  try {
    project.apply("fixture");
  } catch (error) {
    const folders = readdirSync(join(store, "fixture"));
    const images = folders.filter((name) => existsSync(join(store, "fixture", name, "manifest.json")));
    return { text: (error as Error).message.replace(/\s+/g, " "), images };
  }
  throw new Error("the deploy succeeded");
}

function iso(content: string): { url: string; checksum: string } {
  const url = join(folder, `${createHash("sha256").update(content).digest("hex").slice(0, 8)}.iso`);
  writeFileSync(url, content);
  return { url, checksum: `sha256:${createHash("sha256").update(content).digest("hex")}` };
}

describe("synth", () => {
  it("ends with one message and exit code 2, without a stack trace", () => {
    const message = synthError({ kickstart: { text: "rootpw @@secret:ROOT@@\n" } });
    expect(message).toMatch(/ended with 2\n\nerror: the kickstart of image "fixture" names the secret "ROOT", which/);
    expect(message).not.toMatch(/^\s+at /m);
  });

  it("finds what the installer would stumble over, with file, line and what to write", () => {
    const message = synthError({ kickstart: { text: SOUND.replace("clearpart --all", "clearpart --alll") } });
    expect(message).toMatch(/ended with 2\n\nerror: .*\nfixture.cfg:8: error KS\d+ .*--alll/);
    expect(message).not.toMatch(/^\s+at /m);
  });

  it("names a template that is not there", () => {
    const message = synthError({ kickstart: { template: join(folder, "no.tmpl"), variables: {} } });
    expect(message).toContain(`error: kickstart file "${join(folder, "no.tmpl")}" cannot be read (ENOENT)`);
  });

  it("names the release when pykickstart has removed a command for it", () => {
    expect(synthError({ kickstart: { text: `install\n${SOUND}` } })).toMatch(/fixture.cfg:1: error KS\d+ .*install/);
  });
});

describe("deploy", () => {
  const kickstart = { text: SOUND };

  it("says that the medium is not there, before Packer starts", () => {
    const missing = join(folder, "missing.iso");
    const { text, images } = deployError({ kickstart, iso: { ...iso("x"), url: missing } });
    expect(text).toContain(`the installer's medium is not there: ${missing}`);
    expect(text).not.toContain(" prepare ");
    expect(images).toEqual([]);
  });

  it("looks for a medium with a relative path in the project's folder", () => {
    const project = new Project();
    project.synth({ kickstart, iso: { ...iso("x"), url: "media/missing.iso" }, store: "images" });
    expect(() => project.apply("fixture")).toThrow(
      `the installer's medium is not there: ${join(project.folder, "media", "missing.iso")}`,
    );
  });

  it("says that the medium's checksum is another one, and both", () => {
    const { url, checksum } = iso("one");
    const other = `sha256:${"1".repeat(64)}`;
    const { text, images } = deployError({ kickstart, iso: { url, checksum: other } });
    expect(text).toContain(`has the checksum ${checksum}, not ${other}`);
    expect(images).toEqual([]);
  });

  it("says that the medium's server does not answer", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const url = `http://127.0.0.1:${port}/a.iso`;
    const { text } = deployError({ kickstart, iso: { url, checksum: iso("x").checksum } });
    expect(text).toContain(`the installer's medium cannot be fetched: ${url} (connect ECONNREFUSED`);
  });

  it("checks a kickstart that only Terraform could render, before Packer starts", () => {
    const template = join(folder, "rendered.tmpl");
    writeFileSync(template, SOUND.replace("clearpart --all", "clearpart ${what}"));
    const { text, images } = deployError({
      kickstart: { template, variables: { what: "--everything" } },
      iso: iso("x"),
    });
    expect(text).toMatch(/the kickstart of image "fixture" has errors: kickstart.cfg:8: error KS\d+ .*--everything/);
    expect(images).toEqual([]);
  });
});
