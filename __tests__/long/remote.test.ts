import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { fetchImage } from "../../remote/fetch";
import { planRemoteGc, removeRemoteGarbage } from "../../remote/gc";
import { listRemote } from "../../remote/list";
import { openRemote } from "../../remote/open";
import { pushImage } from "../../remote/push";
import type { Remote } from "../../remote/remote";
import { type ImagePaths, pathsOfImage } from "../../store/layout";
import { describeWith, findExtra } from "../support/extra";
import { makeStore } from "../support/fake-store";
import { randomNumbers } from "../support/random";
import { osImagesWith } from "../support/remote-command";
import { S3Server } from "../support/s3-server";
import { placeShared } from "../support/shared-image";
import { TcpProxy } from "../support/tcp-proxy";

const PROGRAM = join(__dirname, "..", "..", "bin", "os-images.js");
const silent = { say: () => undefined, signal: new AbortController().signal };
const BYTES = 60_000_000;

/** An image's paths in a store of its own, which is empty. */
function elsewhere(): ReturnType<typeof pathsOfImage> {
  return pathsOfImage(makeStore(), "demo", "a".repeat(12));
}

function diskOf({ image }: ReturnType<typeof pathsOfImage>): Buffer {
  return readFileSync(join(image, "demo.qcow2"));
}

describeWith(findExtra("versitygw"), "an S3 remote under faults", (program) => {
  let server: S3Server;
  let proxy: TcpProxy;
  let count = 0;
  let address: string;
  let remote: Remote;
  // Not through the proxy: this process stands still meanwhile.
  const osImages = (words: readonly string[]) => osImagesWith(server.address(`test-${count}`), words);

  beforeAll(async () => {
    server = await S3Server.versitygw(program);
    await server.start();
    Object.assign(process.env, server.credentials);
  }, 60_000);
  afterAll(() => server.stop("SIGKILL"));
  beforeEach(async () => {
    proxy = await TcpProxy.before(server.port);
    address = server.address(`test-${++count}`, proxy.port);
    remote = await openRemote(address, { signal: silent.signal, silenceMs: 1_000 });
  });
  afterEach(() => proxy.close());

  it("has the image, and gives it, whole after 25 kills in each direction", async () => {
    const random = randomNumbers(14);
    const from = await placeShared(makeStore(), { bytes: BYTES });
    const to = elsewhere();
    const run = async (words: string[], store: string, killAfterMs?: number): Promise<number | null> => {
      const child = spawn(process.execPath, [PROGRAM, ...words, "--store", store], {
        cwd: store,
        env: { ...process.env, OS_IMAGES_REMOTE: address },
        stdio: "ignore",
      });
      const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
      clearTimeout(timer);
      return code;
    };
    for (const [words, store, isThere] of [
      [["push", "demo"], from.store, async () => (await remote.manifest(from)) !== undefined],
      [["pull", "demo"], to.store, () => Promise.resolve(existsSync(to.manifest))],
    ] as const) {
      const started = Date.now();
      const whole = elsewhere();
      expect(await run(["ls"], whole.store)).toBe(0);
      const startMs = Date.now() - started;
      for (let kills = 0; kills < 25 && !(await isThere()); kills++) {
        await run([...words], store, startMs * (0.8 + random() * 2));
        // What is there is whole, whenever it is there.
        if (await isThere()) break;
      }
      expect(await run([...words], store)).toBe(0);
    }
    expect(diskOf(to).equals(diskOf(from))).toBe(true);
  }, 600_000);

  it("gives ten readers the image that one of two writers at once put there", async () => {
    const images = [await placeShared(makeStore(), { bytes: BYTES }), await placeShared(makeStore(), { bytes: BYTES })];
    const outcomes = Promise.all(images.map((paths) => pushImage(remote, paths, silent)));
    const readers = Array.from({ length: 10 }, async () => {
      const paths = elsewhere();
      while ((await fetchImage(remote, paths, silent)) === undefined) await sleep(100);
      return diskOf(paths);
    });
    expect((await outcomes).sort()).toEqual(["present", "pushed"]);
    const disks = await Promise.all(readers);
    const winner = images.map(diskOf).find((disk) => disk.equals(disks[0] as Buffer));
    expect(winner).toBeDefined();
    expect(disks.every((disk) => disk.equals(winner as Buffer))).toBe(true);
  }, 300_000);

  it.each(["push", "fetch"])(
    "is gone on with by the same %s after the server was killed and started again",
    async (way) => {
      const from = await placeShared(makeStore(), { bytes: BYTES });
      const to = elsewhere();
      if (way === "fetch") await pushImage(remote, from, silent);
      let moved = 0;
      const onBytes = (bytes: number): void => void (moved += bytes);
      const work =
        way === "push"
          ? pushImage(remote, from, { ...silent, onBytes })
          : fetchImage(remote, to, { ...silent, onBytes });
      while (moved < 10_000_000) await sleep(5);
      await server.stop("SIGKILL");
      await sleep(1_000);
      await server.start();
      await work;
      if (way === "push") await fetchImage(remote, to, silent);
      expect(diskOf(to).equals(diskOf(from))).toBe(true);
    },
    120_000,
  );

  it("gives the image over a link that breaks after every 3 MB", async () => {
    const from = await placeShared(makeStore(), { bytes: BYTES });
    await pushImage(remote, from, silent);
    proxy.cutAfterBytes = 3_000_000;
    const to = elsewhere();
    await fetchImage(remote, to, silent);
    expect(diskOf(to).equals(diskOf(from))).toBe(true);
  }, 120_000);

  it("goes on where a fetch was given up, and asks for the rest alone", async () => {
    const from = await placeShared(makeStore(), { bytes: BYTES });
    await pushImage(remote, from, silent);
    const to = elsewhere();
    const stop = new AbortController();
    let first = 0;
    const onFirst = (bytes: number): void => {
      first += bytes;
      if (first > BYTES / 2) stop.abort(new Error("enough"));
    };
    await expect(fetchImage(remote, to, { ...silent, signal: stop.signal, onBytes: onFirst })).rejects.toThrow(
      "enough",
    );
    const steps: number[] = [];
    await fetchImage(remote, to, { ...silent, onBytes: (bytes) => steps.push(bytes) });
    // The first step of the disk is what was there.
    expect(Math.max(...steps)).toBeGreaterThanOrEqual(BYTES / 2 - 8 * 1024 * 1024);
    expect(diskOf(to).equals(diskOf(from))).toBe(true);
  }, 120_000);

  it("is one message and a few tries if it falls silent, or nothing listens there", async () => {
    const paths = await placeShared(makeStore());
    proxy.silent = true;
    await expect(fetchImage(remote, elsewhere(), silent)).rejects.toThrow(/^s3:\/\/team\/test-\d+ cannot be reached: /);
    await expect(pushImage(remote, paths, silent)).rejects.toThrow(/^s3:\/\/team\/test-\d+ cannot be reached: /);
    expect(proxy.connections).toBe(6);
    const away = await openRemote(server.address("x", 1), silent);
    const begun = Date.now();
    await expect(fetchImage(away, elsewhere(), silent)).rejects.toThrow(/cannot be reached: .*ECONNREFUSED/);
    expect(Date.now() - begun).toBeLessThan(10_000);
  }, 60_000);

  it("loses by gc what nothing keeps, and never what was pushed in the last day", async () => {
    const fingerprints = ["a", "b", "c", "d"].map((digit) => digit.repeat(64));
    const all = [];
    for (const fingerprint of fingerprints) {
      all.push(await placeShared(makeStore(), { fingerprint }));
      await pushImage(remote, all.at(-1) as ImagePaths, silent);
      await sleep(1_100); // times in S3 are whole seconds
    }
    await server.client().send(
      new PutObjectCommand({
        Bucket: server.bucket,
        Key: `test-${count}/demo/${"d".repeat(12)}/${"0".repeat(64)}`,
        Body: "x",
      }),
    );
    await server
      .client()
      .send(new PutObjectCommand({ Bucket: server.bucket, Key: `test-${count}/notes.txt`, Body: "x" }));
    expect(osImages(["pin", "--remote", "demo/b"]).stdout).toMatch(/demo\/bbbbbbbbbbbb of .* is pinned/);
    const file = all[2]?.manifest ?? "";
    expect(osImages(["gc", "--remote", "--yes", "--needed", file]).stdout).toMatch(/removed: 0, .*stayed: 4/);
    const tomorrow = Object.create(remote, { now: { value: () => Date.now() + 2 * 86_400_000 } }) as Remote;
    const needed = [{ name: "demo", shortFingerprint: "c".repeat(12), file }];
    const { garbage, kept } = await planRemoteGc(tomorrow, { keep: 1, needed });
    expect(kept.map(({ image, reasons }) => [image.shortFingerprint[0], reasons.join()]).sort()).toEqual([
      ["b", "pinned"],
      ["c", `needed by ${file}`],
      ["d", "among the newest 1 of demo"],
    ]);
    expect(garbage.map(({ image, reason }) => [image.shortFingerprint[0], reason]).sort()).toEqual([
      ["a", "nothing keeps it"],
      ["d", "no manifest names it"],
    ]);
    await removeRemoteGarbage(tomorrow, garbage);
    expect((await listRemote(remote)).map(({ key, reason }) => [key.shortFingerprint[0], reason])).toEqual([
      ["d", undefined],
      ["c", undefined],
      ["b", undefined],
    ]);
    expect(osImages(["verify", "--remote"]).status).toBe(0);
    const left = await server
      .client()
      .send(new ListObjectsV2Command({ Bucket: server.bucket, Prefix: `test-${count}/` }));
    expect(left.Contents?.some(({ Key }) => Key?.endsWith("notes.txt"))).toBe(true);
  }, 120_000);

  it("is used by a host whose clock is an hour off", async () => {
    const now = Date.now;
    jest.spyOn(Date, "now").mockImplementation(() => now() + 3_600_000);
    try {
      const paths = await placeShared(makeStore());
      expect(await pushImage(remote, paths, silent)).toBe("pushed");
      expect(Math.abs(remote.now() - now())).toBeLessThan(10_000);
    } finally {
      jest.restoreAllMocks();
    }
  }, 60_000);
});
