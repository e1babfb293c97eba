import { nearest } from "../../../../kickstart/checks/spelling";

const OPTIONS = ["--initlabel", "--all", "--drives", "--type", "--list"];

test.each([
  ["--initlable", "--initlabel"],
  ["--initlbel", "--initlabel"],
  ["--innitlabell", "--initlabel"],
  ["--al", "--all"],
  ["--tpye", "--type"],
])("%s was meant as %s", (word, meant) => {
  expect(nearest(word, OPTIONS)).toBe(meant);
});

test.each(["--quite-another", "--it", "--abc", "--drvs1"])("%s is close to none", (word) => {
  expect(nearest(word, OPTIONS)).toBeUndefined();
});

test("the closest of several is taken", () => {
  expect(nearest("timezonee", ["timesource", "timezones", "timezone"])).toBe("timezones");
  expect(nearest("timezon", ["timezonexx", "timezone"])).toBe("timezone");
});
