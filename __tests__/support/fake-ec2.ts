import { execFileSync } from "node:child_process";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { XMLBuilder } from "fast-xml-parser";

type Parameters = Readonly<Record<string, string>>;

/** Reads an object out of S3 into a file, and gives its path. */
type Fetch = (bucket: string, key: string) => Promise<string>;

/**
 * A FAKE of the few actions of EC2 that import a disk: ImportSnapshot, DescribeImportSnapshotTasks, RegisterImage and
 * DescribeImages. It fetches the object that it is told of, has qemu-img read it in the format that it is told, keeps what it
 * was sent, and answers in EC2's XML: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/
 */
export class FakeEc2 {
  private readonly tasks = new Map<string, Parameters>();
  private readonly images = new Map<string, Parameters>();

  private constructor(
    private readonly server: Server,
    private readonly fetch: Fetch,
  ) {}

  static async start(fetch: Fetch): Promise<FakeEc2> {
    const server = createServer();
    const fake = new FakeEc2(server, fetch);
    server.on("request", (request: IncomingMessage, response) => {
      void fake.answer(request).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "text/xml" }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(pieces).toString()));
    const action = parameters["Action"] ?? "";
    try {
      const result = await this.act(action, parameters);
      return { status: 200, body: xml({ [`${action}Response`]: { requestId: "1", ...result } }) };
    } catch (error) {
      const [Code = "", Message = ""] = (error as Error).message.split(": ", 2);
      return { status: 400, body: xml({ Response: { Errors: { Error: { Code, Message } }, RequestID: "1" } }) };
    }
  }

  private async act(action: string, parameters: Parameters): Promise<object> {
    switch (action) {
      case "ImportSnapshot":
        return this.importSnapshot(parameters);
      case "DescribeImportSnapshotTasks": {
        const id = parameters["ImportTaskId.1"] ?? "";
        return { importSnapshotTaskSet: { item: { importTaskId: id, snapshotTaskDetail: this.tasks.get(id) } } };
      }
      case "RegisterImage":
        return this.registerImage(parameters);
      case "DescribeImages": {
        const id = parameters["ImageId.1"] ?? "";
        return { imagesSet: { item: { imageId: id, imageState: "available", ...this.images.get(id) } } };
      }
      default:
        throw new Error(`InvalidAction: this fake knows no ${action}`);
    }
  }

  /** The task ends at once: "completed" if the object is a disk of the format, else "deleted" as EC2's do. */
  private async importSnapshot(parameters: Parameters): Promise<object> {
    const of = (name: string): string => parameters[`DiskContainer.${name}`] ?? "";
    const id = `import-snap-${this.tasks.size + 1}`;
    const format = of("Format").toLowerCase();
    const file = await this.fetch(of("UserBucket.S3Bucket"), of("UserBucket.S3Key"));
    try {
      execFileSync("qemu-img", ["info", "-f", format, file], { stdio: "pipe" });
      this.tasks.set(id, {
        status: "completed",
        format: format.toUpperCase(),
        snapshotId: `snap-${this.tasks.size + 1}`,
      });
    } catch {
      this.tasks.set(id, { status: "deleted", statusMessage: `ClientError: Disk validation failed [no ${format}]` });
    }
    return { importTaskId: id, snapshotTaskDetail: { status: "active" } };
  }

  private registerImage(parameters: Parameters): object {
    const device = "BlockDeviceMapping.1.";
    const snapshotId = parameters[`${device}Ebs.SnapshotId`] ?? "";
    if (![...this.tasks.values()].some((task) => task["snapshotId"] === snapshotId)) {
      throw new Error(`InvalidSnapshot.NotFound: the snapshot '${snapshotId}' does not exist.`);
    }
    if (parameters[`${device}DeviceName`] !== parameters["RootDeviceName"]) {
      throw new Error("InvalidBlockDeviceMapping: the root device is not in the block device mapping.");
    }
    const id = `ami-${this.images.size + 1}`;
    this.images.set(id, {
      name: parameters["Name"] ?? "",
      architecture: parameters["Architecture"] ?? "i386",
      bootMode: parameters["BootMode"] ?? "",
      enaSupport: parameters["EnaSupport"] ?? "false",
      virtualizationType: parameters["VirtualizationType"] ?? "paravirtual",
      rootDeviceName: parameters["RootDeviceName"] ?? "",
    });
    return { imageId: id };
  }
}

function xml(document: object): string {
  return new XMLBuilder({}).build(document);
}
