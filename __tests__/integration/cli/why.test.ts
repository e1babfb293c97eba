import { makeStore, osImages } from "../../support/fake-store";
import { demoKickstart, testMedium, writeRequest } from "../../support/request";

test("why says which stage a changed comment of the kickstart changes, and that all others come after it", () => {
  const store = makeStore();
  const medium = testMedium({ iso: "/demo.iso", sha256: "ab".repeat(32) });
  const [before, after] = ["# old", "# new"].map((comment) =>
    writeRequest(store, { medium, kickstart: `${comment}\n${demoKickstart()}`, scripts: ["#!/bin/sh\n"] }),
  );
  const digits = [after, before].map((written) => written?.request.fingerprint.slice(0, 12));
  expect(osImages(store, "why", "demo")).toMatchObject({
    status: 0,
    stdout: [
      `demo/${digits[0]}, against demo/${digits[1]}`,
      "install        changed         kickstart, from line 1:",
      "                                 - # old",
      "                                 + # new",
      "provisioner 1  after a change",
      "seal           after a change",
      "",
    ].join("\n"),
  });
});
