import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  App,
  CloudBackend,
  GcsBackend,
  HttpBackend,
  LocalBackend,
  NamedCloudWorkspace,
  PgBackend,
  S3Backend,
} from "cdktf";
import { ImageStack } from "../../../constructs/image-stack";
import type { ImageStack as Stack } from "../../../constructs/image-stack";
import { someImage, synthesized } from "../../support/app";
import { temporaryFolder } from "../../support/temporary";

interface Checkout {
  /** `projectId` at the top level of cdktf.json. */
  readonly projectId?: string;
  /** `context.projectId`, which cdktf hands over. */
  readonly context?: string;
  readonly stack?: string;
}

/** The key of a stack's request, from a checkout in a folder of its own. */
function key(backend: (stack: Stack) => unknown = () => undefined, checkout: Checkout = {}): string {
  const folder = temporaryFolder("checkout");
  const { projectId = "one", context, stack: id = "some" } = checkout;
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ projectId }));
  const cwd = jest.spyOn(process, "cwd").mockReturnValue(folder);
  try {
    const outdir = join(folder, "cdktf.out");
    const app = new App({ outdir, skipValidation: true, context: context === undefined ? {} : { projectId: context } });
    const stack = new ImageStack(app, id, someImage({ name: "some" }));
    backend(stack);
    const files = Object.values(synthesized(stack).resource["local_file"] ?? {});
    return /requests\/(.*)\/[^/]+$/.exec(String(files[0]?.["filename"]))?.[1] ?? "";
  } finally {
    cwd.mockRestore();
  }
}

const s3 = (changed: Partial<ConstructorParameters<typeof S3Backend>[1]> = {}) => {
  return (stack: Stack) => new S3Backend(stack, { bucket: "states", key: "some.tfstate", ...changed });
};

describe("the key of a request", () => {
  it("is eight hex digits of what is known at synth, and of Terraform's workspace", () => {
    expect(key()).toMatch(/^\$\{substr\(sha256\("[0-9a-f]{64}\/\$\{terraform\.workspace\}"\), 0, 8\)\}$/);
  });

  it.each<[string, () => string]>([
    ["projectId at the top level of cdktf.json alone", () => key(s3(), { projectId: "two" })],
    ["projectId in the context", () => key(s3(), { context: "two" })],
    ["stack", () => key(s3(), { stack: "other" })],
    ["bucket", () => key(s3({ bucket: "other" }))],
    ["object in the bucket", () => key(s3({ key: "other.tfstate" }))],
    ["server", () => key(s3({ endpoints: { s3: "http://127.0.0.1:9000" } }))],
    ["kind of backend", () => key((stack) => new GcsBackend(stack, { bucket: "states" }))],
  ])("differs for another %s", (_, other) => {
    expect(other()).not.toBe(key(s3()));
  });

  it("is the same from two checkouts of one remote state, whoever logs in to it", () => {
    const login = { profile: "anna", accessKey: "a", secretKey: "b", region: "eu-central-1" };
    expect(key(s3(login))).toBe(key(s3()));
    const pg = (user: string) => key((stack) => new PgBackend(stack, { connStr: `postgres://${user}@db/states` }));
    expect(pg("anna:secret")).toBe(pg("ben:other"));
    const http = (password: string) =>
      key((stack) => new HttpBackend(stack, { address: "https://states/some", username: "a", password }));
    expect(http("one")).toBe(http("two"));
  });

  it("differs between the workspaces of a cloud", () => {
    const cloud = (name: string) =>
      key((stack) => new CloudBackend(stack, { organization: "o", workspaces: new NamedCloudWorkspace(name) }));
    expect(cloud("one")).not.toBe(cloud("two"));
    expect(cloud("one")).toBe(cloud("one"));
  });

  it("differs for the local state of another checkout, and is the same when both name one file", () => {
    expect(key()).not.toBe(key());
    const shared = (stack: Stack) => new LocalBackend(stack, { path: "/srv/states/some.tfstate" });
    expect(key(shared)).toBe(key(shared));
  });

  it("follows a backend that is set after the image was made, even in place of another", () => {
    const replaced = key((stack) => {
      new LocalBackend(stack, {});
      stack.node.tryRemoveChild("backend");
      s3()(stack);
    });
    expect(replaced).toBe(key(s3()));
  });
});
