import { isLoginPrompt, makesUser, nobodyAnswers, promptSeverity, timedOut } from "../../../builder/causes/observed";

test.each([
  ["user --name=packer --groups=wheel", true],
  ['user --groups=wheel --name="packer"', true],
  ["user --name packer", true],
  ["%post\nuseradd -m packer\n%end", true],
  ["%include /tmp/users.cfg", true],
  ["user --name=packers", false],
  ["# user --name=packer", false],
  ['sshkey --username=packer "@@ssh_key@@"', false],
])("whether a kickstart makes the user packer: %s", (kickstart, expected) => {
  expect(makesUser(kickstart, "packer")).toBe(expected);
});

test("root need not be made by the kickstart", () => {
  expect(makesUser("", "root")).toBe(true);
});

test.each([
  ["demo login: ", true],
  ["localhost.localdomain login:", true],
  ["[  OK  ] Started getty@tty1.service", false],
  ["Last login: Mon Nov 23", false],
])("whether a system is up by its last line: %s", (line, expected) => {
  expect(isLoginPrompt(line)).toBe(expected);
});

test("it tells a missing SSH server, a firewall and a system that does not start apart", () => {
  expect(nobodyAnswers(60, "refused").cause).toBe("login refused: no SSH server");
  expect(nobodyAnswers(60, "nothing").cause).toBe("login refused: firewall or network");
  expect(timedOut("reboot", 600, "nothing", "demo login:").cause).toBe("login refused: firewall or network");
  expect(timedOut("reboot", 600, "nothing", "Booting").cause).toBe("installed system does not come up");
  expect(timedOut("install", 600, "nothing", "").cause).toBe("time-out");
});

test.each([
  [59, 600, "none"],
  [60, 600, "warning"],
  [199, 600, "warning"],
  [200, 600, "error"],
  [599, 1800, "warning"],
  [600, 1800, "error"],
  [119, 100, "warning"],
  [120, 100, "error"],
])("a login prompt without an SSH server for %i s of at most %i is of severity: %s", (seconds, limit, severity) => {
  expect(promptSeverity(seconds, limit)).toBe(severity);
});

test("a time-out says which setting to raise", () => {
  expect(timedOut("install", 3600, "nothing", "").remedy).toContain("installTimeoutSeconds");
  expect(timedOut("reboot", 600, "nothing", "").remedy).toContain("loginTimeoutSeconds");
});
