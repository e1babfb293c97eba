import { linkSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeWhole } from "../../../util/whole-file";
import { temporaryFolder } from "../../support/temporary";

test("a link to the file that is there already leaves no second name of it", () => {
  const folder = temporaryFolder("whole");
  writeFileSync(join(folder, "source"), "x");
  for (let time = 0; time < 2; time++) {
    makeWhole(join(folder, "target"), (beside) => linkSync(join(folder, "source"), beside));
    expect(readdirSync(folder).sort()).toEqual(["source", "target"]);
  }
  expect(readFileSync(join(folder, "target"), "utf8")).toBe("x");
});
