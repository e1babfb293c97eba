import { sha256 } from "../util/digest";
import type { AnsibleRunRequest, TargetMachine } from "./request";

/**
 * Options of ssh for one machine. A host key is taken as it is when a machine is seen for the first time, and from then on
 * it has to stay: the key is noted under the machine's identity, so that a machine which takes another's place may have a key
 * of its own. https://man.openbsd.org/ssh_config
 */
export function sshOptions(machine: TargetMachine, knownHosts: string): string[] {
  const identity = sha256([machine.address, machine.port, machine.identity].join("\0")).slice(0, 12);
  const options = {
    StrictHostKeyChecking: "accept-new",
    UserKnownHostsFile: `"${knownHosts}"`,
    GlobalKnownHostsFile: "/dev/null",
    HostKeyAlias: `${machine.name}-${identity}`,
    IdentitiesOnly: "yes",
    BatchMode: "yes",
    ConnectTimeout: "20",
    ServerAliveInterval: "15",
  };
  return Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** The inventory of a run, as Ansible reads it from JSON. */
export function inventoryOf({ machines, groups, keyFile }: AnsibleRunRequest, knownHosts: string): object {
  const hosts = machines.map((machine) => [
    machine.name,
    {
      ansible_host: machine.address,
      ansible_port: Number(machine.port),
      ansible_user: machine.username,
      ansible_ssh_private_key_file: keyFile,
      ansible_ssh_common_args: sshOptions(machine, knownHosts).map(shellWord).join(" "),
    },
  ]);
  const children = Object.entries(groups).map(([group, names]) => [
    group,
    { hosts: Object.fromEntries(names.map((name) => [name, {}])) },
  ]);
  return { all: { hosts: Object.fromEntries(hosts) as object, children: Object.fromEntries(children) as object } };
}

/** Ansible splits the arguments as a shell does. */
function shellWord(word: string): string {
  return /^[\w=.,:/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
