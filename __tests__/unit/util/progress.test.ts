import { Progress, elapsed } from "../../../util/progress";

/** A stream that keeps what is written to it. */
function stream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 40, write: (text: string | Uint8Array) => written.push(String(text)) > 0, written };
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe("progress", () => {
  it("is plain lines when it is not on a terminal, one every 30 s during a step", async () => {
    const out = stream(false);
    await new Progress(out, {}).step("packer", async (note) => {
      note("compiling");
      await jest.advanceTimersByTimeAsync(65_000);
      return "built";
    });
    expect(out.written).toEqual([
      "packer ...\n",
      "  packer: compiling (30 s)\n",
      "  packer: compiling (1 min 0 s)\n",
      "packer: built (1 min 5 s)\n",
    ]);
  });

  it("is one redrawn line on a terminal, cut to its width", async () => {
    const out = stream(true);
    await new Progress(out, {}).step("packer", async (note) => {
      note("x".repeat(100));
      await jest.advanceTimersByTimeAsync(250);
      return "built";
    });
    expect(out.written).toEqual([
      `\r\x1b[Kpacker: ${"x".repeat(31)}`,
      "\r\x1b[K",
      "\x1b[32mpacker: built (0.3 s)\x1b[39m\n",
    ]);
  });

  it("has no colour with NO_COLOR", async () => {
    const out = stream(true);
    await new Progress(out, { NO_COLOR: "1" }).step("packer", () => Promise.resolve("built"));
    expect(out.written.join("")).not.toContain("\x1b[32m");
  });

  it("says that a step failed and passes the error on", async () => {
    const out = stream(false);
    const step = new Progress(out, {}).step("packer", () => Promise.reject(new Error("no space")));
    await expect(step).rejects.toThrow("no space");
    expect(out.written).toEqual(["packer ...\n", "packer: failed (0.0 s)\n"]);
  });

  it("formats durations for people", () => {
    expect([400, 42_000, 185_000].map(elapsed)).toEqual(["0.4 s", "42 s", "3 min 5 s"]);
  });
});
