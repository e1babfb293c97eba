import { UserError } from "../util/user-error";
import { escapeTemplate } from "./terraform-text";

/** The user whom cloud-init makes at a machine's first start. */
export interface CloudInit {
  readonly username: string;
  /** A line of authorized_keys, such as "ssh-ed25519 AAAA... me@desk". */
  readonly authorizedKey: string;
}

/** @throws UserError on a name that is none of Linux, or what is no public key in one line */
export function checkCloudInit({ username, authorizedKey }: CloudInit): void {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(username)) {
    throw new UserError(`username "${username}" of cloudInit is no Linux user's name: write one such as "admin"`);
  }
  if (!/^(ssh|ecdsa|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]+=* ?[^\r\n]*$/.test(authorizedKey)) {
    const got = authorizedKey.split("\n", 1)[0]?.slice(0, 20);
    throw new UserError(
      `authorizedKey of cloudInit is no public key, "${got}...": write one line of authorized_keys, ` +
        `such as the content of ~/.ssh/id_ed25519.pub without its line break`,
    );
  }
}

/** Attributes of the disk that cloud-init reads (https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html). */
export function cloudInitData(
  hostname: string,
  { username, authorizedKey }: CloudInit,
): { readonly userData: string; readonly metaData: string } {
  const user = {
    name: username,
    groups: "wheel,sudo",
    sudo: "ALL=(ALL) NOPASSWD:ALL",
    shell: "/bin/bash",
    lock_passwd: true,
    ssh_authorized_keys: [authorizedKey],
  };
  // YAML takes JSON. cloud-init does its work once for each instance-id.
  return {
    userData: escapeTemplate(`#cloud-config\n${JSON.stringify({ users: [user] })}\n`),
    metaData: escapeTemplate(JSON.stringify({ "instance-id": hostname, "local-hostname": hostname })),
  };
}
