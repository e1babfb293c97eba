import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { requireTool } from "../../host/find";
import { readContents } from "../../store/contents";
import type { Manifest } from "../../store/manifest";
import { deliver } from "../support/delivery";
import { temporaryFolder } from "../support/temporary";

const store = temporaryFolder("delivery");

const WAY = { delivery: "cd", boot: "bootCommand", firmware: "bios" } as const;

test("a kickstart on a CD arrives in the guest byte for byte, its installer started by typed keys", async () => {
  await expect(deliver(store, WAY)).resolves.toHaveProperty("disk");
}, 600_000);

test("a build with a further script goes on from the checkpoint after the one before, and its image stands alone", async () => {
  const { disk, manifest } = await deliver(store, WAY, {}, 2);
  const { stages, build } = JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
  const taken = (stages ?? []).map(({ name, checkpoint }) => [name, checkpoint?.madeFor]);
  expect(taken).toEqual([
    ["install", "bytes"],
    ["provisioner 1", "bytes"],
    ["provisioner 2", undefined],
    ["seal", undefined],
  ]);
  expect(build.phases.find(({ name }) => name === "install")?.seconds).toBe(0);
  const contents = readContents({ image: dirname(manifest) });
  expect(contents?.packages.length).toBeGreaterThan(50);
  expect(contents).toMatchObject({ release: { id: "debian" }, kernels: [expect.any(String)] });
  expect(contents?.users.map(({ name }) => name)).toEqual(expect.not.arrayContaining(["packer"]));
  expect(contents?.ports).toContainEqual({ protocol: "tcp", address: "0.0.0.0", port: 22 });
  const info = execFileSync(requireTool("qemu-img").path, ["info", "--output=json", disk], { encoding: "utf8" });
  expect(info).not.toContain("backing");
  const folder = join(store, ".checkpoints");
  expect([statSync(folder).mode & 0o777, readdirSync(folder).length]).toEqual([0o700, 3]);
  expect(readdirSync(join(store, ".work"))).toEqual([]);
}, 600_000);
