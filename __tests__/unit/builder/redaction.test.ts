import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PhaseLog } from "../../../builder/phase-log";
import { Redaction } from "../../../builder/redaction";
import { temporaryFolder } from "../../support/temporary";

describe("a redaction", () => {
  it("removes values from a text, plain and as written in a URL", () => {
    const redaction = new Redaction(["pass/word", "another one"]);
    expect(redaction.text("http://user:pass%2Fword@host/ pass/word, another one")).toBe(
      "http://user:<sensitive>@host/ <sensitive>, <sensitive>",
    );
  });

  it("removes the longer of two values first when one contains the other", () => {
    expect(new Redaction(["abcd", "abcdefgh"]).text("abcdefgh abcd")).toBe("<sensitive> <sensitive>");
  });

  it("removes each line of a value of several lines", () => {
    expect(new Redaction(["-----BEGIN\nMC4CAQAw\n-----END\n"]).text("the key's line MC4CAQAw is wrong")).toBe(
      "the key's line <sensitive> is wrong",
    );
  });

  it("leaves values that are too short to be a secret", () => {
    expect(new Redaction(["a", "", "no"]).text("a line, no more")).toBe("a line, no more");
  });

  it("applies to every line of progress", () => {
    const lines: string[] = [];
    const phases = new PhaseLog((line) => lines.push(line));
    phases.hide(new Redaction(["canary"]));
    phases.log("the console says: a canary");
    expect(lines[0]).toMatch(/the console says: a <sensitive>$/);
  });

  it("is done before a line is cut, so that no part of a secret is left", () => {
    const lines: string[] = [];
    const phases = new PhaseLog((line) => lines.push(line));
    phases.hide(new Redaction(["canary-in-a-coal-mine"]));
    for (let before = 120; before < 180; before++) phases.log("", `${"x".repeat(before)}canary-in-a-coal-mine`);
    expect(lines.filter((line) => line.includes("cana"))).toEqual([]);
  });

  it("removes a secret that continues on the next line of a screen, or ends a line with a blank", () => {
    const redaction = new Redaction(["canary", "two words"]);
    expect(redaction.lines(["the can", "ary sings", "two", "words"])).toEqual(["the <sensitive> sings", "<sensitive>"]);
    expect(redaction.lines(["cana", "dry"])).toEqual(["cana", "dry"]);
  });
});

describe("the copy of a log", () => {
  const folder = temporaryFolder("redaction");

  function copied(text: string | Buffer, ...values: string[]): Buffer {
    const file = join(folder, "log");
    const target = join(folder, "copy");
    writeFileSync(file, text);
    new Redaction(values).copy(file, target);
    return readFileSync(target);
  }

  it("has every other byte as it was", () => {
    const bytes = Buffer.from([0, 255, 10, 13, 10, 200, 0x1b]);
    const secret = Buffer.from("Größe-日本");
    expect(copied(Buffer.concat([bytes, secret, bytes]), "Größe-日本")).toEqual(
      Buffer.concat([bytes, Buffer.from("<sensitive>"), bytes]),
    );
  });

  it("has no secret when one lies across two reads", () => {
    for (const before of [4 << 20, (4 << 20) - 3, (8 << 20) - 3]) {
      const log = `${"x".repeat(before / 2)}\n${"y".repeat(before / 2 - 1)}canary\nend`;
      expect(copied(log, "canary").includes("canary")).toBe(false);
    }
  });

  it("has no secret when one lies across the cut of an endless line", () => {
    for (const end of [8 << 20, (8 << 20) - 3, (8 << 20) - 6, (8 << 20) - 10]) {
      const copy = copied(`${"x".repeat(end)}canarycanaryland${"y".repeat(100)}`, "canary", "canaryland");
      expect(copy.includes("canary")).toBe(false);
    }
  });

  it("has no VNC password, which Packer's plugin makes", () => {
    const log = [
      "==> qemu.image: view the screen of the VM, connect via VNC to vnc://127.0.0.1:5904",
      "==> qemu.image: with the password: YwDMO9IA",
      'QMP Command: { "execute": "change-vnc-password", "arguments": { "password": "YwDMO9IA" } }',
      "the end",
    ].join("\n");
    const copy = copied(log).toString();
    expect(copy).not.toContain("YwDMO9IA");
    expect(copy).toBe(log.replaceAll("YwDMO9IA", "<sensitive>"));
  });
});
