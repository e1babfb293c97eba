import { posix } from "node:path";
import { File as LocalFile } from "@cdktf/provider-local/lib/file";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { type TerraformResource, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { scriptProvisioner } from "./package";
import { stateKey } from "./state";
import { escapeTemplate } from "./terraform-text";

/** A request names no secret's value; yet only its owner and the builder need it. */
const PRIVATE_FILE = "0600";
const PRIVATE_FOLDER = "0700";

/** What a stack asks the store for, and the program that then makes it. */
export interface StoreRequestProps {
  /** Folder in the store of what is asked for, as the stack sees it. */
  readonly folder: string;
  /** Files of the request: what decides the result. The first is what the program reads. */
  readonly files: readonly RequestedFile[];
  /** Files that decide nothing. */
  readonly secrets?: readonly RequestedFile[];
  /** Script of this package that gets the path of the first file. */
  readonly script: string;
  /** What consumers take. All of it is known in the plan. */
  readonly triggers: Readonly<Record<string, string>>;
  /** The triggers that are paths of files which have to be there after a deploy. */
  readonly made: readonly string[];
  /** Warns that such a file is missing. */
  readonly lost: string;
}

/** A file that Terraform writes into the request's folder. */
export interface RequestedFile {
  /** Id of its resource. */
  readonly id: string;
  readonly name: string;
  /** A Terraform string. */
  readonly content: string;
}

/**
 * A resource's address, for references within its stack. Not `fqn` or `id`: for each of those, cdktf records the stack
 * of its caller, which takes longer than the rest of a synthesis.
 */
export function addressOf({ friendlyUniqueId, terraformResourceType }: TerraformResource): string {
  return `${terraformResourceType}.${friendlyUniqueId}`;
}

/**
 * Places a request's files and what runs the program, whose `triggers` hold what consumers take.
 *
 * The request stands between the files and the build: `local_file` ids are unknown in a plan that creates the files
 * again, and one unknown trigger would make the path unknown too, and replace every consumer.
 */
export function placeRequest(scope: Construct, props: StoreRequestProps): NullResource {
  const stack = TerraformStack.of(scope);
  const folder = posix.join(props.folder, "requests", stateKey(stack));
  const place = ({ id, name, content }: RequestedFile): LocalFile =>
    new LocalFile(scope, id, {
      filename: escapeTemplate(posix.join(folder, name)),
      content,
      filePermission: PRIVATE_FILE,
      directoryPermission: PRIVATE_FOLDER,
    });
  const files = props.files.map(place);
  const secrets = (props.secrets ?? []).map(place);
  const request = new NullResource(scope, "request", {
    triggers: Object.fromEntries(
      files.map((file) => [file.node.id.replace(/[^A-Za-z0-9]/g, "_"), `\${${addressOf(file)}.id}`]),
    ),
  });
  const [read] = props.files;
  const environment = { OS_IMAGES_REQUEST: escapeTemplate(posix.join(folder, read?.name ?? "")) };
  const build = new NullResource(scope, "build", {
    triggers: props.triggers,
    lifecycle: { replaceTriggeredBy: [addressOf(request)] },
    dependsOn: [request, ...secrets].map((resource) => ({ fqn: addressOf(resource) })),
    // The script's place comes from this package, not from the project.
    provisioners: [scriptProvisioner(props.script, '"$OS_IMAGES_REQUEST"', environment)],
  });
  const [first] = files;
  if (first !== undefined) warnOfLoss(stack, build, first, props);
  return build;
}

/**
 * A `check` block warns where something deployed has lost a file; a failing precondition would block the repair too.
 * Before the first deploy there is no request, and nothing to warn of.
 */
function warnOfLoss(
  stack: TerraformStack,
  build: NullResource,
  request: LocalFile,
  { made, lost }: StoreRequestProps,
): void {
  const missing = made.map((key) => `!fileexists(${addressOf(build)}.triggers.${key})`);
  stack.addOverride(`check.${build.friendlyUniqueId}`, {
    assert: {
      condition: `\${!(fileexists(${addressOf(request)}.filename) && (${missing.join(" || ")}))}`,
      error_message: lost,
    },
  });
}
