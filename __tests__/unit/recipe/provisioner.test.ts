import { Provisioner } from "../../../recipe/provisioner";
import { Secret } from "../../../recipe/secret";

describe("a provisioner", () => {
  it.each<[string, () => Provisioner, string]>([
    [
      "a variable that is none",
      () => Provisioner.script("a.sh", { environment: { "A-B": "" } }),
      'environment variable "A-B"',
    ],
    [
      "a value with Packer's braces",
      () => Provisioner.script("a.sh", { environment: { A: "{{ x }}" } }),
      'variable "A" has "{{"',
    ],
    [
      "a relative target",
      () => Provisioner.files("a", "etc/a"),
      '"etc/a" is no place for files: write an absolute path',
    ],
    ["a target that is a folder by its end", () => Provisioner.files("a", "/etc/"), '"/etc/" is no place for files'],
    [
      "a target that leads elsewhere",
      () => Provisioner.files("a", "/srv/../etc"),
      '"/srv/../etc" is no place for files',
    ],
    ["an owner that is none", () => Provisioner.files("a", "/a", { owner: "a b" }), 'owner "a b" is not valid'],
    [
      "a mode that is none",
      () => Provisioner.files("a", "/a", { mode: "rw" }),
      'mode "rw" is not valid: write three octal',
    ],
    ["a mode with set-uid", () => Provisioner.files("a", "/a", { mode: "4755" }), 'mode "4755" is not valid'],
    ["a group of Ansible's", () => Provisioner.ansible("a.yml", { groups: ["all"] }), 'group "all" is Ansible\'s own'],
    ["a group that is none", () => Provisioner.ansible("a.yml", { groups: ["a-b"] }), 'group "a-b" is not valid'],
    [
      "a variable with two values",
      () => Provisioner.ansible("a.yml", { extraVars: { A: 1 }, secrets: [Secret.fromEnv("A")] }),
      'the playbook gets two values for "A"',
    ],
  ])("is refused for %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
