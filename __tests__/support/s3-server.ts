import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { freePort } from "../../host/free-port";
import { temporaryFolder } from "./temporary";

const ACCESS_KEY = "os-images-test";

/** Of somebody who may only read; seaweedfs has it. Their secret is the same. */
export const READER_KEY = "os-images-reader";

/** Found in no output, whatever goes wrong. */
export const SECRET_KEY = "s3cret-of-the-test-only";

/** A real S3 server on loopback, with one bucket, that a test starts and stops. */
export class S3Server {
  readonly bucket = "team";
  private child: ChildProcess | undefined;

  private constructor(
    private readonly command: readonly string[],
    private readonly environment: NodeJS.ProcessEnv,
    readonly port: number,
  ) {}

  /** Keeps what it has on the disk, and is up in a tenth of a second: for tests that kill it. */
  static async versitygw(program: string): Promise<S3Server> {
    const port = await freePort();
    const folder = temporaryFolder("s3");
    const words = [program, "--port", `127.0.0.1:${port}`, "posix", folder];
    return new S3Server(words, { ROOT_ACCESS_KEY: ACCESS_KEY, ROOT_SECRET_KEY: SECRET_KEY }, port);
  }

  /** Another implementation. */
  static async seaweedfs(program: string): Promise<S3Server> {
    const folder = temporaryFolder("s3");
    const credentials = [{ accessKey: ACCESS_KEY, secretKey: SECRET_KEY }];
    const reader = [{ accessKey: READER_KEY, secretKey: SECRET_KEY }];
    const identities = [
      { name: "test", credentials, actions: ["Admin", "Read", "Write", "List"] },
      { name: "reader", credentials: reader, actions: ["Read", "List"] },
    ];
    writeFileSync(join(folder, "s3.json"), JSON.stringify({ identities }));
    mkdirSync(join(folder, "data"));
    const port = await freePort();
    const words = [
      ...["server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", `-dir=${join(folder, "data")}`, "-filer", "-s3"],
      ...[`-s3.port=${port}`, `-s3.config=${join(folder, "s3.json")}`, "-s3.port.iceberg=0", "-s3.port.lance=0"],
      ...["-master.volumeSizeLimitMB=64", "-volume.max=50"],
    ];
    for (const part of ["master", "volume", "filer", "s3"]) {
      if (part !== "s3") words.push(`-${part}.port=${await freePort()}`);
      words.push(`-${part}.port.grpc=${await freePort()}`);
    }
    return new S3Server([program, ...words], {}, port);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The address of a remote in its bucket; through another port if a test puts something before the server. */
  address(prefix: string, port = this.port): string {
    return `s3://${this.bucket}/${prefix}?endpoint=http://127.0.0.1:${port}`;
  }

  /** What a user's environment has: the credentials. */
  get credentials(): Record<string, string> {
    return { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY };
  }

  /** The SDK as it is, for what a test does behind the remote's back. */
  client(): S3Client {
    return new S3Client({
      endpoint: this.endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    });
  }

  async start(): Promise<void> {
    const [program = "", ...args] = this.command;
    const child = spawn(program, args, { stdio: "ignore", env: { ...process.env, ...this.environment } });
    this.child = child;
    for (let tries = 0; tries < 600 && !(await answers(this.port)); tries++) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
      await sleep(50);
    }
    for (let tries = 0; ; tries++) {
      try {
        await this.client().send(new CreateBucketCommand({ Bucket: this.bucket }));
        return;
      } catch (error) {
        if (/BucketAlready/.test((error as Error).name)) return;
        if (tries === 100) throw error;
        await sleep(100);
      }
    }
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}
