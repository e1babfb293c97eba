import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliver } from "../support/delivery";

const store = mkdtempSync(join(tmpdir(), "os-images-delivery-"));
afterAll(() => rmSync(store, { recursive: true }));

test("a kickstart on a CD arrives in the guest byte for byte, its installer started by typed keys", async () => {
  await expect(deliver(store, { delivery: "cd", boot: "bootCommand", firmware: "bios" })).resolves.toHaveProperty(
    "disk",
  );
}, 600_000);
