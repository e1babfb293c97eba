import { fieldsOfPs, groupMembers, identityOf, isRunning, type ProcessIdentity } from "../../../util/processes";

const environment = process.env;
afterEach(() => {
  process.env = environment;
});

test("a process's start time does not depend on time zone or language", () => {
  const starts = [
    { TZ: "UTC", LC_ALL: "C" },
    { TZ: "Asia/Tokyo", LC_ALL: "C.UTF-8" },
    { TZ: "America/New_York", LC_ALL: "de_DE.UTF-8", LC_TIME: "de_DE.UTF-8" },
  ].map((settings) => {
    process.env = { ...environment, ...settings };
    return fieldsOfPs(process.pid)?.started;
  });
  expect(starts[0]).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d/);
  expect(new Set(starts).size).toBe(1);
});

test("a process counts as running only if its number, start, boot and namespace match", () => {
  const self = identityOf() as ProcessIdentity;
  expect(isRunning(self)).toBe(true);
  for (const change of [{ started: "1" }, { boot: "another" }, { namespace: "pid:[1]" }, { pid: 999_999_999 }]) {
    expect(isRunning({ ...self, ...change })).toBe(false);
  }
});

test("a process group of another boot or namespace has no members", () => {
  const self = identityOf() as ProcessIdentity;
  expect(groupMembers({ ...self, boot: "another" })).toEqual([]);
  expect(groupMembers({ ...self, namespace: "pid:[1]" })).toEqual([]);
});
