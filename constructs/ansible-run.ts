import { isAbsolute, join } from "node:path";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Fn, TerraformLocal, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import type { AnsibleRunRequest } from "../ansible/request";
import { refuseAnsibleNames } from "../recipe/provisioner";
import type { Secret } from "../recipe/secret";
import { sha256 } from "../util/digest";
import { UserError } from "../util/user-error";
import type { Machine } from "./machine";
import { scriptProvisioner } from "./package";
import { type ReadFolder, readPlaybook } from "./playbook";
import { pathFromStack } from "./project";
import { canonicalJsonTemplate, escapeTemplate, hasToken } from "./terraform-text";

export interface AnsibleRunProps {
  /** The machines to configure. */
  readonly machines: readonly Machine[];
  /**
   * The playbook, relative to the folder of cdktf.json. It lies in a folder of its own with all that it uses: `roles/`,
   * `group_vars/`, templates, files, `ansible.cfg`.
   */
  readonly playbook: string;
  /** Private key file of the machines' users, an absolute path. */
  readonly sshKeyFile: string;
  /**
   * Groups of the inventory, by name.
   * @default - none; every machine is in "all"
   */
  readonly groups?: Readonly<Record<string, readonly Machine[]>>;
  /**
   * Further folders of roles, relative to the folder of cdktf.json.
   * @default - none; `roles/` beside the playbook is looked at in any case
   */
  readonly roles?: readonly string[];
  /**
   * Variables for the playbook, as JSON knows them; Terraform values may stand in them, but none that is sensitive.
   * @default - none
   */
  readonly extraVars?: Readonly<Record<string, unknown>>;
  /**
   * Values that only the run itself reads: variables of that name for the playbook, in no state, plan or log.
   * @default - none
   */
  readonly secrets?: readonly Secret[];
  /**
   * Seconds until every machine has to let its user in.
   * @default 600
   */
  readonly loginTimeoutSeconds?: number;
}

/**
 * Runs an Ansible playbook on machines when Terraform applies: once, and again when the playbook, its folder, roles,
 * variables, secrets' versions or the machines change. Its stack needs the providers that `useProviders` declares. The host
 * that applies needs Ansible: `npx os-images setup --ansible`.
 */
export class AnsibleRun extends Construct {
  /** @throws UserError on a playbook that is not there, and on names that Ansible does not take */
  constructor(scope: Construct, id: string, props: AnsibleRunProps) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    const request = this.requestOf(props);
    const { playbook, roles, machines, groups, variables, secrets } = request;
    const folder = escapeTemplate(pathFromStack(stack, join("machines", stack.node.id, id)));
    new NullResource(this, "run", {
      triggers: {
        playbook: sha256(JSON.stringify([playbook.file, playbook.digest, roles.map(({ digest }) => digest)])),
        variables: this.digestOf("variables", [variables, secrets.map(({ name, version }) => [name, version])]),
        machines: this.digestOf("machines", [machines, groups]),
        folder,
      },
      provisioners: [
        scriptProvisioner("ansible/main", "run", {
          OS_IMAGES_ANSIBLE_RUN: canonicalJsonTemplate(request),
        }),
        {
          ...scriptProvisioner("ansible/main", 'remove --folder "$OS_IMAGES_FOLDER"', {
            OS_IMAGES_FOLDER: "${self.triggers.folder}",
          }),
          when: "destroy",
        },
      ],
    });
  }

  private requestOf(props: AnsibleRunProps): AnsibleRunRequest {
    const stack = TerraformStack.of(this);
    const { machines, groups = {}, extraVars = {}, secrets = [], sshKeyFile } = props;
    refuseNames(props);
    const { playbook, roles } = readPlaybook(props.playbook, props.roles ?? []);
    const folderOf = ({ path, digest }: ReadFolder): { folder: string; digest: string } => ({
      folder: pathFromStack(stack, path),
      digest,
    });
    return {
      name: this.node.id,
      folder: pathFromStack(stack, join("machines", stack.node.id, this.node.id)),
      playbook: { ...folderOf(playbook), file: playbook.file },
      roles: roles.map(folderOf),
      machines: machines.map(({ name, address, port = 22, username, identity = "" }) => ({
        name,
        address,
        port: Token.isUnresolved(port) ? Token.asString(port) : String(port),
        username,
        identity,
      })),
      groups: Object.fromEntries(Object.entries(groups).map(([group, all]) => [group, all.map(({ name }) => name)])),
      variables: asStrings(extraVars) as Record<string, unknown>,
      secrets: secrets.map(({ name, version, source }) => {
        if (source.kind === "terraform") {
          throw new UserError(
            `secret "${name}" is a Terraform variable, whose value would be in the state: write Secret.fromEnv() or ` +
              "Secret.fromFile()",
          );
        }
        return { name, version, source };
      }),
      keyFile: sshKeyFile,
      loginTimeoutSeconds: props.loginTimeoutSeconds ?? 600,
    };
  }

  /** The digest of a value; if only Terraform knows a part of it, the same as an expression. */
  private digestOf(name: string, value: unknown): string {
    const text = canonicalJsonTemplate(value);
    return hasToken(value) ? Fn.sha256(new TerraformLocal(this, name, text).asString) : sha256(text);
  }
}

/** References to numbers and lists as references that may stand in a text: in JSON they are what they refer to. */
function asStrings(value: unknown): unknown {
  if (Token.isUnresolved(value)) return Token.asString(value);
  if (Array.isArray(value)) return value.map(asStrings);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asStrings(item)]));
}

/** @throws UserError on what Ansible would read in another way, or not at all */
function refuseNames({ machines, groups = {}, extraVars = {}, secrets = [], sshKeyFile }: AnsibleRunProps): void {
  if (machines.length === 0) throw new UserError("machines is empty: write the machines that Ansible configures");
  const names = machines.map(({ name }) => name);
  const odd = names.find((name) => !/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name));
  if (odd !== undefined) {
    throw new UserError(`machine name "${odd}" is no name for Ansible: write letters, digits, ".", "_" and "-"`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UserError(`two machines are named "${twice}": give one another name`);
  refuseAnsibleNames(Object.keys(groups), [...Object.keys(extraVars), ...secrets.map(({ name }) => name)]);
  for (const [group, members] of Object.entries(groups)) {
    if (names.includes(group)) throw new UserError(`group "${group}" is a machine's name too: write another name`);
    const stranger = members.find(({ name }) => !names.includes(name));
    if (stranger !== undefined) {
      throw new UserError(`group "${group}" has "${stranger.name}", which is not among the machines: add it to them`);
    }
  }
  if (!isAbsolute(sshKeyFile) && !hasToken(sshKeyFile)) {
    throw new UserError(`sshKeyFile "${sshKeyFile}" is relative: write an absolute path`);
  }
}
