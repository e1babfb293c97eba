import { type Contents, readContents } from "../../../store/contents";
import { contentsDifference } from "../../../store/contents-diff";
import { join } from "node:path";
import { temporaryFolder } from "../../support/temporary";
import { place } from "../../support/fake-store";

const NONE: Contents = {
  contentsVersion: 1,
  release: { id: "rocky", version: "9.5", title: "Rocky Linux 9.5" },
  kernels: [],
  packages: [],
  users: [],
  services: [],
};

const rpm = (name: string, version: string): Contents["packages"][number] => {
  return { kind: "rpm", name, version, arch: "x86_64" };
};

describe("the difference of two contents", () => {
  it("is empty for equal ones", () => {
    const empty = { added: [], removed: [] };
    const packages = { ...empty, updated: [] };
    expect(contentsDifference(NONE, NONE)).toEqual({ kernels: empty, packages, users: empty, services: empty });
  });

  it("tells updates from what came and went, and joins versions beside each other", () => {
    const before = {
      ...NONE,
      packages: [rpm("bash", "5.1-9"), rpm("kernel", "1"), rpm("nano", "5"), rpm("same", "1")],
    };
    const after = {
      ...NONE,
      packages: [rpm("bash", "5.1-10"), rpm("kernel", "1"), rpm("kernel", "2"), rpm("same", "1"), rpm("vim", "8")],
    };
    expect(contentsDifference(before, after).packages).toEqual({
      added: [rpm("vim", "8")],
      removed: [rpm("nano", "5")],
      updated: [
        { kind: "rpm", name: "bash", arch: "x86_64", from: "5.1-9", to: "5.1-10" },
        { kind: "rpm", name: "kernel", arch: "x86_64", from: "1", to: "1, 2" },
      ],
    });
  });

  it("names the release, a changed user, and ports only if both are known", () => {
    const user = { name: "app", uid: 900, home: "/srv", shell: "/bin/sh" };
    const port = { protocol: "tcp", address: "::", port: 80 } as const;
    const before = { ...NONE, users: [user], ports: [] };
    const title = "Rocky Linux 9.6";
    const after = { ...NONE, release: { ...NONE.release, title }, users: [{ ...user, uid: 901 }], ports: [port] };
    expect(contentsDifference(before, after)).toMatchObject({
      release: { from: "Rocky Linux 9.5", to: title },
      users: { added: [{ uid: 901 }], removed: [{ uid: 900 }] },
      ports: { added: [port], removed: [] },
    });
    expect(contentsDifference({ ...NONE }, after).ports).toBeUndefined();
  });
});

describe("contents.json", () => {
  const read = (text: string): Contents | undefined => {
    const image = temporaryFolder("contents");
    place(join(image, "contents.json"), text);
    return readContents({ image });
  };

  it("is read; without the file nothing is told", () => {
    expect(read(JSON.stringify(NONE))).toEqual(NONE);
    expect(readContents({ image: "/nowhere" })).toBeUndefined();
  });

  it.each([
    ["no JSON", "{", /is not sound: it is no JSON/],
    ["another version", JSON.stringify({ ...NONE, contentsVersion: 2 }), /is not sound: contentsVersion/],
    ["a name that moves a cursor", JSON.stringify({ ...NONE, services: ["a\u001b[2J"] }), /is not sound: services\.0/],
    ["a further field", JSON.stringify({ ...NONE, more: 1 }), /is not sound/],
  ])("is refused with %s", (_, text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });
});
