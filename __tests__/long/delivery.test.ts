import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliver, type Way } from "../support/delivery";

const store = mkdtempSync(join(tmpdir(), "os-images-delivery-"));
afterAll(() => rmSync(store, { recursive: true }));

const ways = (["bios", "uefi"] as const).flatMap((firmware) =>
  (["http", "cd"] as const).flatMap((delivery) =>
    (["bootCommand", "kernel"] as const).map((boot): Way => ({ firmware, delivery, boot })),
  ),
);

test.each(ways)(
  "a kickstart by $delivery, its installer started by $boot with $firmware, arrives byte for byte",
  async (way) => {
    await expect(deliver(store, way)).resolves.toBeUndefined();
  },
  600_000,
);
