import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BuildFailed } from "../../builder/failure";
import { build } from "../../builder/main";
import { demoKickstart, writeRequest } from "../support/request";
import { temporaryFolder } from "../support/temporary";

const store = temporaryFolder("failure");

/** One sample; the others are in `npm run test:long`. */
test("a kickstart that the installer rejects ends the build by name, with the line that proves it", async () => {
  process.env["OS_IMAGES_NO_VALIDATE"] = "1";
  const { file } = writeRequest(store, { kickstart: demoKickstart().replace("zerombr", "zerombrr") });
  const error = await build(file, { write: () => undefined }).catch((reason: unknown) => reason);
  if (!(error instanceof BuildFailed)) throw new Error(`no failed build, but ${String(error)}`);
  const { cause, proof, evidence } = error.failure;
  expect(cause).toBe("kickstart syntax");
  expect(proof).toContain("zerombrr");
  expect(error.message).toContain("what to do:");
  expect(readFileSync(join(evidence, "screen.txt"), "utf8")).toContain("Unknown command: zerombrr");
  expect(readFileSync(join(evidence, "screenshot.png")).subarray(1, 4).toString()).toBe("PNG");
}, 300_000);
