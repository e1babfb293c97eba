import { ensureMedium, findMedium } from "../../../../setup/demo-installer/medium";

describe("making the demo installer's medium again", () => {
  it("finds it, and starts nothing", async () => {
    const made = await ensureMedium();
    const processes = process.getActiveResourcesInfo().filter((resource) => resource === "ProcessWrap").length;
    expect(await ensureMedium()).toEqual(made);
    expect(findMedium()).toEqual(made);
    expect(process.getActiveResourcesInfo().filter((resource) => resource === "ProcessWrap")).toHaveLength(processes);
  }, 600_000);
});
