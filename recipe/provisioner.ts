import { UserError } from "../util/user-error";
import { USER_NAME } from "./login";
import { Secret } from "./secret";

/** What a provisioner is made from, its files not yet read. */
export type ProvisionerSource =
  | { readonly kind: "script"; readonly file: string; readonly environment: Readonly<Record<string, string | Secret>> }
  | {
      readonly kind: "files";
      readonly from: string;
      readonly to: string;
      readonly owner: string;
      readonly mode: string | undefined;
    }
  | {
      readonly kind: "ansible";
      readonly playbook: string;
      readonly roles: readonly string[];
      readonly groups: readonly string[];
      readonly extraVars: Readonly<Record<string, unknown>>;
      readonly secrets: readonly Secret[];
    };

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * One step in the installed system, before the image is sealed. Paths on this host are relative to the folder of
 * cdktf.json. The fingerprint covers contents, names and modes of what it uses, and the versions of its secrets.
 */
export class Provisioner {
  private constructor(readonly source: ProvisionerSource) {}

  /**
   * A script that runs as root. Secrets in its environment are in no file of the recipe, and in no log.
   * @throws UserError on a name that no environment variable can have
   */
  static script(
    file: string,
    { environment = {} }: { readonly environment?: Readonly<Record<string, string | Secret>> } = {},
  ): Provisioner {
    for (const [name, value] of Object.entries(environment)) {
      if (typeof value === "string") refuseBraces(`environment variable "${name}"`, value);
    }
    for (const name of Object.keys(environment))
      refuseOdd(name, VARIABLE, "environment variable", 'letters, digits and "_"');
    return new Provisioner({ kind: "script", file, environment });
  }

  /**
   * Copies a file, or what is in a folder, to an absolute path of the installed system. `owner` is "user" or "user:group" of
   * that system. `mode` such as "0640" is that of the files; folders that are made get the right to be entered where files may
   * be read. Folders that are there stay as they are.
   * @default - root:root; 0755 for executable files and for folders, 0644 for other files
   * @throws UserError on a relative target, and on an owner or mode that is none
   */
  static files(
    from: string,
    to: string,
    { owner = "root:root", mode }: { readonly owner?: string; readonly mode?: string } = {},
  ): Provisioner {
    if (!/^\/[^\0\n]*[^/\0\n]$/.test(to) || to.split("/").includes("..")) {
      throw new UserError(
        `"${to}" is no place for files: write an absolute path of the installed system, without ".."`,
      );
    }
    refuseBraces("the target", to);
    for (const name of owner.split(":", 2)) refuseOdd(name, USER_NAME, "owner", '"user" or "user:group"');
    if (mode !== undefined) refuseOdd(mode, /^0?[0-7]{3}$/, "mode", 'three octal digits, such as "0640"');
    return new Provisioner({ kind: "files", from, to, owner, mode });
  }

  /**
   * Runs a playbook on the machine that is built, from the host that builds: `npx os-images setup --ansible` gets Ansible.
   * The playbook lies in a folder of its own with all that it uses. `roles` are further folders of roles, `groups` those that
   * the machine is in. A secret is a variable of its name.
   * @throws UserError on names that Ansible does not take
   */
  static ansible(
    playbook: string,
    options: {
      readonly roles?: readonly string[];
      readonly groups?: readonly string[];
      readonly extraVars?: Readonly<Record<string, unknown>>;
      readonly secrets?: readonly Secret[];
    } = {},
  ): Provisioner {
    const { roles = [], groups = [], extraVars = {}, secrets = [] } = options;
    refuseAnsibleNames(groups, [...Object.keys(extraVars), ...secrets.map(({ name }) => name)]);
    return new Provisioner({ kind: "ansible", playbook, roles, groups, extraVars, secrets });
  }
}

/** @throws UserError on names of groups and variables that Ansible does not take, and on a variable with two values */
export function refuseAnsibleNames(groups: readonly string[], variables: readonly string[]): void {
  for (const group of groups) {
    if (["all", "ungrouped"].includes(group)) {
      throw new UserError(`group "${group}" is Ansible's own: write another name`);
    }
    refuseOdd(group, VARIABLE, "group", 'letters, digits and "_"');
  }
  for (const name of variables) refuseOdd(name, VARIABLE, "variable of the playbook", 'letters, digits and "_"');
  const twice = variables.find((name, index) => variables.indexOf(name) !== index);
  if (twice !== undefined) throw new UserError(`the playbook gets two values for "${twice}": give one another name`);
}

/** @throws UserError on what Packer's templates, which values of an environment go through, would take for theirs */
export function refuseBraces(what: string, value: string): void {
  if (value.includes("{{")) {
    throw new UserError(`${what} has "{{", which Packer takes for its own: write it in the script, or in a file`);
  }
}

function refuseOdd(name: string, pattern: RegExp, what: string, write: string): void {
  if (!pattern.test(name)) throw new UserError(`${what} "${name}" is not valid: write ${write}`);
}
