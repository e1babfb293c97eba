import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { requireTool } from "../../../../host/find";

/** The demo installer's own Python, tested in Python with the real pykickstart: one test here for each one there. */
const results = runPythonTests();

describe("the demo installer in the guest", () => {
  it("has tests", () => {
    expect(results.size).toBeGreaterThan(25);
  });

  for (const [name, outcome] of results) {
    it(name, () => {
      expect(outcome).toBe("ok");
    });
  }
});

/** Name of each test as a sentence, and "ok" or what unittest printed. */
function runPythonTests(): Map<string, string> {
  const file = join(__dirname, "guest_test.py");
  const { stderr } = spawnSync(requireTool("python").path, [file], { encoding: "utf8", timeout: 60_000 });
  const found = new Map<string, string>();
  for (const [, name, outcome] of stderr.matchAll(/^test_(\w+) \(.*\.\.\. (\w+)$/gm)) {
    found.set(name!.replaceAll("_", " "), outcome === "ok" ? "ok" : stderr);
  }
  return found;
}
