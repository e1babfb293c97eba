import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../../builder/main";
import { fetchImage } from "../../../remote/fetch";
import { openRemote } from "../../../remote/open";
import { pushImage } from "../../../remote/push";
import type { Remote } from "../../../remote/remote";
import { pathsOfImage } from "../../../store/layout";
import { describeWith, findExtra } from "../../support/extra";
import { makeStore } from "../../support/fake-store";
import { osImagesWith } from "../../support/remote-command";
import { writeRequest } from "../../support/request";
import { READER_KEY, S3Server, SECRET_KEY } from "../../support/s3-server";
import { placeShared } from "../../support/shared-image";
import { TAMPERED } from "../../support/tampered-remote";

// Ample: other tests take the processor meanwhile.
jest.setTimeout(120_000);

const silent = { say: () => undefined, signal: new AbortController().signal };
const environment = { ...process.env };

describeWith(findExtra("seaweedfs"), "an S3 remote", (program) => {
  let server: S3Server;
  let count = 0;
  let address: string;
  let remote: Remote;

  beforeAll(async () => {
    server = await S3Server.seaweedfs(program);
    await server.start();
  }, 60_000);
  afterAll(() => server.stop("SIGKILL"));
  beforeEach(async () => {
    address = server.address(`test-${++count}`);
    Object.assign(process.env, server.credentials);
    remote = await openRemote(address, silent);
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
  });

  const osImages = (words: readonly string[], store?: string) => osImagesWith(address, words, store);

  it("gives another store the image that was pushed, file for file", async () => {
    const store = makeStore();
    const { image } = await placeShared(store, { bytes: 20_000_000 });
    expect(osImages(["push", "demo"], store).text).toMatch(/demo\/aaaaaaaaaaaa to s3:\/\/team\/test-\d+: pushed/);
    expect(osImages(["push", "demo"], store).text).toMatch(/it is there already/);
    expect(osImages(["ls", "--remote"]).stdout).toMatch(
      /demo {2}aaaaaaaaaaaa {2}2026-11 .* 20 MB {2}qcow2 {3}- +ok\n$/,
    );
    const other = makeStore();
    expect(osImages(["pull", "demo"], other).status).toBe(0);
    const fetched = join(other, "demo", "aaaaaaaaaaaa");
    for (const file of ["manifest.json", "demo.qcow2", "console.log", "recipe/build.json"]) {
      expect([file, readFileSync(join(fetched, file)).equals(readFileSync(join(image, file)))]).toEqual([file, true]);
    }
    expect(statSync(join(fetched, "demo.qcow2")).mode & 0o777).toBe(0o444);
    expect(readdirSync(join(other, ".partial"))).toEqual([]);
    expect(osImages(["verify", "--remote"]).text).toMatch(/demo +aaaaaaaaaaaa +sound/);
  });

  it("gives a deploy its image without a tool that builds, and is not asked where the store has it", async () => {
    const { file, request } = writeRequest(makeStore());
    await pushImage(remote, await placeShared(makeStore(), { fingerprint: request.fingerprint }), silent);
    Object.assign(process.env, { OS_IMAGES_REMOTE: address, PATH: "/nowhere", XDG_CACHE_HOME: makeStore() });
    const lines: string[] = [];
    const { disk } = await build(file, { write: (line) => lines.push(line) });
    expect(disk.sizeBytes).toBe(1_000);
    expect(lines.join("\n")).toMatch(/fetches the image demo\/\w+ of s3:\/\/team\/test-\d+, 1.0 kB\n.* is there/);
    process.env["OS_IMAGES_REMOTE"] = "s3://team/x?endpoint=http://127.0.0.1:1";
    await build(file, { write: (line) => lines.push(line) });
    expect(lines).toHaveLength(4);
  });

  it.each([
    [
      "share",
      /^ +\d.* plan .*\n.*warning: s3:\/\/team\/test-\d+ cannot be used \(SignatureDoesNotMatch\): .*; it is built here/,
    ],
    ["required", /cannot be used \(SignatureDoesNotMatch\): the secret key is not that of the access key/],
  ])("with a wrong secret is one line in mode %s, which does not have the secret", async (mode, line) => {
    const { file } = writeRequest(makeStore());
    Object.assign(process.env, { OS_IMAGES_REMOTE: address, OS_IMAGES_REMOTE_MODE: mode });
    Object.assign(process.env, { PATH: "/nowhere", XDG_CACHE_HOME: makeStore(), OS_IMAGES_NO_VALIDATE: "1" });
    process.env["AWS_SECRET_ACCESS_KEY"] = `${SECRET_KEY}-not`;
    const lines: string[] = [];
    const failure = await build(file, { write: (text) => lines.push(text) }).then(
      () => "",
      (error: Error) => error.message,
    );
    const all = [...lines, failure].join("\n");
    expect(all).toMatch(line);
    expect(all).not.toContain(SECRET_KEY);
    // Nothing else is wrong: with "share" the build begins, and finds no tools.
    expect(/packer/.test(failure)).toBe(mode === "share");
  });

  it("has one whole image after ten writers of different disks at once", async () => {
    const images = await Promise.all(
      Array.from({ length: 10 }, (_, i) => placeShared(makeStore(), { bytes: 9_000_000 + i })),
    );
    const outcomes = await Promise.all(images.map((paths) => pushImage(remote, paths, silent)));
    expect(outcomes.filter((outcome) => outcome === "pushed")).toHaveLength(1);
    const paths = pathsOfImage(makeStore(), "demo", "a".repeat(12));
    const manifest = await fetchImage(remote, paths, silent);
    expect((await remote.list()).map(({ name }) => name).sort()).toEqual(
      [
        ...new Set([manifest?.disk.sha256, ...(manifest?.files ?? []).map(({ sha256 }) => sha256)]),
        "manifest.json",
      ].sort(),
    );
  });

  it("refuses the push of somebody who may only read in one line, and gives them the image", async () => {
    const paths = await placeShared(makeStore());
    process.env["AWS_ACCESS_KEY_ID"] = READER_KEY;
    const reader = await openRemote(address, silent);
    await expect(pushImage(reader, paths, silent)).rejects.toThrow(
      /^s3:\/\/team\/test-\d+ cannot be used \(AccessDenied\): the credentials have no right to/,
    );
    Object.assign(process.env, server.credentials);
    await pushImage(remote, paths, silent);
    expect(await fetchImage(reader, pathsOfImage(makeStore(), "demo", "a".repeat(12)), silent)).toBeDefined();
  });

  it.each(TAMPERED)("is refused if $what", async ({ tamper, reason }) => {
    await tamper({ server, prefix: `test-${count}`, push: (paths) => pushImage(remote, paths, silent) });
    const paths = pathsOfImage(makeStore(), "demo", "a".repeat(12));
    await expect(fetchImage(remote, paths, silent)).rejects.toThrow(reason);
    expect(existsSync(paths.image)).toBe(false);
    // The message names the remote, and has nothing that a terminal would act on.
    // eslint-disable-next-line no-control-regex
    await expect(fetchImage(remote, paths, silent)).rejects.toThrow(/^(?!.*[\x00-\x1f\x7f-\x9f]).*s3:\/\/team\/test-/);
  });
});
