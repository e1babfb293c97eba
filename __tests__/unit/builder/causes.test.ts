import { CAUSES, causeOf } from "../../../builder/causes";

const examples = CAUSES.flatMap((cause) => cause.examples.map((example) => [cause.name, example.line, cause] as const));

test.each(examples)("%s is recognised by: %s", (_, line, cause) => {
  expect(cause.sources.map((source) => causeOf(source, line)?.name)).toEqual(cause.sources.map(() => cause.name));
});

test("every cause has a name of its own, an example with its source, and a remedy", () => {
  expect(new Set(CAUSES.map(({ name }) => name)).size).toBe(CAUSES.length);
  for (const { examples: lines, remedy } of CAUSES) {
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every(({ seenIn }) => seenIn !== "")).toBe(true);
    expect(remedy).not.toBe("");
  }
});

test.each([
  "demo installer: 16.3 s: installing the image file:///run/install/repo/rootfs.tar",
  "[    0.000000] Linux version 6.1.0-56-cloud-amd64",
  "Starting installer, one moment...",
  "qemu.image: Waiting for SSH to become available...",
])("an ordinary line is no cause: %s", (line) => {
  expect(causeOf("console", line)).toBeUndefined();
  expect(causeOf("packer", line)).toBeUndefined();
});
