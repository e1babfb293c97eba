import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Lazy, LocalBackend, TerraformBackend, TerraformRemoteState, TerraformStack } from "cdktf";
import { RootConstruct } from "constructs";
import { sha256 } from "../util/digest";
import { PROJECT_FILE, projectPath } from "../util/project-folder";
import { stackFolder } from "./project";

/**
 * The attributes of each backend that name the place of a state. All others say how one gets there, such as credentials,
 * and differ between two users of one state.
 */
const PLACE: Readonly<Record<string, readonly string[]>> = {
  local: ["path", "workspace_dir"],
  azurerm: ["storage_account_name", "container_name", "key"],
  cloud: ["hostname", "organization", "workspaces"],
  consul: ["address", "datacenter", "path"],
  cos: ["bucket", "region", "prefix", "key"],
  gcs: ["bucket", "prefix"],
  http: ["address"],
  oss: ["bucket", "region", "prefix", "key"],
  pg: ["conn_str", "schema_name"],
  remote: ["hostname", "organization", "workspaces"],
  s3: ["bucket", "key", "workspace_key_prefix", "endpoint", "endpoints"],
  swift: ["auth_url", "cloud", "container", "state_name"],
};

/**
 * Tells the requests of two states apart: 8 hex digits of the project, the stack, the place of its state and the workspace.
 * A Terraform string: the backend may be set after the image is made, and the workspace chosen after the synthesis.
 */
export function stateKey(stack: TerraformStack): string {
  return Lazy.stringValue({
    produce: () => {
      const identity = sha256(JSON.stringify([projectIds(stack), stack.node.path, placeOfState(stack)]));
      return `\${substr(sha256("${identity}/\${terraform.workspace}"), 0, 8)}`;
    },
  });
}

/** cdktf hands over the context of cdktf.json alone, but writes the id that it makes for a new project to the top level. */
function projectIds({ node }: TerraformStack): unknown[] {
  const file = projectPath(PROJECT_FILE);
  const project = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { projectId?: unknown }) : {};
  return [node.tryGetContext("projectId"), project.projectId];
}

function placeOfState(stack: TerraformStack): readonly unknown[] {
  const { terraform } = backendOf(stack).toTerraform() as { terraform: BackendBlock };
  const { cloud, backend = { cloud: cloud ?? {} } } = terraform;
  const [type = "", attributes = {}] = Object.entries(backend)[0] ?? [];
  return [
    type,
    ...(PLACE[type] ?? []).map((name) => attributes[name]).map(type === "local" ? absolutePath : withoutUser),
  ];

  /** Two checkouts have a local state each. */
  function absolutePath(path: unknown): unknown {
    return typeof path === "string" ? resolve(stackFolder(stack), path) : path;
  }
}

/** A URL without user and password. */
function withoutUser(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/^(\w+:\/\/)[^@/]*@/, "$1") : value;
}

interface BackendBlock {
  readonly backend?: Attributes<Attributes<unknown>>;
  readonly cloud?: Attributes<unknown>;
}
type Attributes<Value> = Readonly<Record<string, Value>>;

/** The backend that a stack has now, or the one that cdktf gives it if it gets no other. */
function backendOf(stack: TerraformStack): TerraformBackend {
  const own = stack.node.children.find((child): child is TerraformBackend => TerraformBackend.isBackend(child));
  return own ?? new LocalBackend(aside(), { path: join(process.cwd(), `terraform.${stack.node.id}.tfstate`) });
}

/** A stack of no app, for constructs that are only asked for their configuration. */
function aside(): TerraformStack {
  return new TerraformStack(new RootConstruct(), "aside");
}

/**
 * The outputs of another stack, read from its state. Unlike cdktf's own data sources it follows a backend that is set
 * later.
 */
export class StackState extends TerraformRemoteState {
  /** The outputs of a stack as another one sees them. */
  static of(stack: TerraformStack, consumer: TerraformStack): StackState {
    const id = `image-state-${stack.node.id}`;
    return (consumer.node.tryFindChild(id) as StackState | undefined) ?? new StackState(consumer, id, stack);
  }

  constructor(
    scope: TerraformStack,
    id: string,
    private readonly stack: TerraformStack,
  ) {
    super(scope, id, "local", {});
  }

  override toTerraform(): unknown {
    return this.current().toTerraform() as unknown;
  }

  override toHclTerraform(): unknown {
    return this.current().toHclTerraform() as unknown;
  }

  /** A data source of the same address for the backend that the stack has now. */
  private current(): TerraformRemoteState {
    return backendOf(this.stack).getRemoteStateDataSource(aside(), this.node.id, this.stack.node.path);
  }
}
