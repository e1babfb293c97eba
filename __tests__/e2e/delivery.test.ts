import { deliver } from "../support/delivery";
import { temporaryFolder } from "../support/temporary";

const store = temporaryFolder("delivery");

test("a kickstart on a CD arrives in the guest byte for byte, its installer started by typed keys", async () => {
  await expect(deliver(store, { delivery: "cd", boot: "bootCommand", firmware: "bios" })).resolves.toHaveProperty(
    "disk",
  );
}, 600_000);
