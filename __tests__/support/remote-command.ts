import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { makeStore } from "./fake-store";

/** Runs `os-images` with a remote, from a folder without a cdktf.json. `text` is all that it printed. */
export function osImagesWith(address: string, words: readonly string[], store = makeStore()) {
  const program = join(__dirname, "..", "..", "bin", "os-images.js");
  const result = spawnSync(process.execPath, [program, ...words, "--store", store], {
    cwd: store,
    encoding: "utf8",
    env: { ...process.env, OS_IMAGES_REMOTE: address },
  });
  return { ...result, text: result.stdout + result.stderr };
}
