import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdirSync, readFileSync, truncateSync, copyFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { freePort } from "../../../host/free-port";
import { Platform } from "../../../platforms/platform";
import { verifyArtefact } from "../../../platforms/verify";
import { sha256OfFile } from "../../../util/digest";
import { type AzureBlobs, clientOf, type Ec2, type GoogleStorage } from "../../support/cloud-clients";
import { describeWith, type Extra, findExtra } from "../../support/extra";
import { FakeEc2 } from "../../support/fake-ec2";
import { S3Server } from "../../support/s3-server";
import { SmallImage } from "../../support/small-image";

jest.setTimeout(120_000);

const MIB = 1024 ** 2;

const clients = findExtra("cloud-clients");
const image = new SmallImage();

/** Starts a server, and waits until it answers at a port. */
async function serve(words: readonly string[], port: number, environment = {}): Promise<ChildProcess> {
  const [program = "", ...args] = words;
  const env = { ...process.env, ...environment };
  const server = spawn(program, args, { cwd: image.folder, stdio: ["ignore", "ignore", "inherit"], env });
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) throw new Error(`${program} ended with ${server.exitCode}`);
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      )
    )
      return server;
    await pause(100);
  }
  throw new Error(`${program} does not answer`);
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = once(server, "exit");
  server.kill();
  await ended;
}

const codes = async (platform: string, file: string): Promise<string[]> =>
  (await verifyArtefact(platform, file)).broken.map(({ code }) => code);

/** Azurite is Microsoft's own: it takes any page blob of whole sectors, and knows nothing of disks. */
describeWith(clients, "Azure's storage", (folder) => {
  let server: ChildProcess;
  let container: ReturnType<InstanceType<AzureBlobs["BlobServiceClient"]>["getContainerClient"]>;

  beforeAll(async () => {
    const port = await freePort();
    const program = join(folder, "node_modules/azurite/dist/src/blob/main.js");
    const options = ["--blobHost", "127.0.0.1", "--blobPort", `${port}`, "--location", join(image.folder, "azurite")];
    const quiet = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"];
    const [account, key] = ["test", Buffer.from("key of the test").toString("base64")];
    const accounts = { AZURITE_ACCOUNTS: `${account}:${key}` };
    server = await serve([process.execPath, program, ...options, ...quiet], port, accounts);
    const { BlobServiceClient, StorageSharedKeyCredential } = clientOf<AzureBlobs>(folder, "@azure/storage-blob");
    const credential = new StorageSharedKeyCredential(account, key);
    container = new BlobServiceClient(`http://127.0.0.1:${port}/${account}`, credential).getContainerClient("vhds");
    await container.create();
  });
  afterAll(() => stop(server));

  /** As every tool uploads a VHD: pages of 4 MiB, and none for zeros. */
  async function upload(file: string): Promise<number> {
    const source = await open(file);
    const { size } = await source.stat();
    const blob = container.getPageBlobClient(basename(file));
    await blob.create(size, { conditions: { ifNoneMatch: "*" } });
    let sent = 0;
    for (let offset = 0; offset < size; offset += 4 * MIB) {
      const { buffer, bytesRead } = await source.read(Buffer.alloc(4 * MIB), 0, 4 * MIB, offset);
      if (buffer.every((byte) => byte === 0)) continue;
      await blob.uploadPages(buffer.subarray(0, bytesRead), offset, bytesRead);
      sent += bytesRead;
    }
    await source.close();
    return sent;
  }

  it("takes a VHD as a page blob, without its holes, and gives back the same bytes", async () => {
    const file = await image.make(Platform.azure());
    expect(await upload(file)).toBeLessThan(65 * MIB + 512);
    const back = join(image.folder, "back.vhd");
    await container.getPageBlobClient("web.vhd").downloadToFile(back);
    expect(await sha256OfFile(back)).toBe(await sha256OfFile(file));
    expect(await codes("azure", back)).toEqual([]);
  });

  it("refuses one that was cut within a sector, as our rules do", async () => {
    const cut = join(image.folder, "cut.vhd");
    copyFileSync(await image.make(Platform.azure()), cut);
    truncateSync(cut, 65 * MIB + 511);
    await expect(upload(cut)).rejects.toThrow(/./);
    expect(await codes("azure", cut)).toEqual(["AZ01"]);
  });
});

const versitygw = findExtra("versitygw");
const forAws: Extra = "path" in versitygw ? clients : versitygw;

/** The clients and the S3 server are real; the fake of EC2 has qemu-img read what arrives. */
describeWith(forAws, "a fake of EC2, and the AWS SDK", (folder) => {
  let s3: S3Server;
  let fake: FakeEc2;
  let ec2: InstanceType<Ec2["EC2"]>;

  beforeAll(async () => {
    s3 = await S3Server.versitygw("path" in versitygw ? versitygw.path : "");
    await s3.start();
    fake = await FakeEc2.start(async (bucket, key) => {
      const { Body } = await s3.client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const file = join(image.folder, `fetched-${key}`);
      writeFileSync(file, (await Body?.transformToByteArray()) ?? "");
      return file;
    });
    const { EC2 } = clientOf<Ec2>(folder, "@aws-sdk/client-ec2");
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    ec2 = new EC2({ endpoint: fake.endpoint, region: "us-east-1", credentials });
  });
  afterAll(async () => {
    fake?.stop();
    await s3?.stop();
  });

  async function imported(file: string, Format: string) {
    const [Bucket, Key] = [s3.bucket, basename(file)];
    await new Upload({ client: s3.client(), params: { Bucket, Key, Body: createReadStream(file) } }).done();
    const DiskContainer = { Format, UserBucket: { S3Bucket: Bucket, S3Key: Key } };
    const { ImportTaskId } = await ec2.importSnapshot({ DiskContainer });
    const { ImportSnapshotTasks } = await ec2.describeImportSnapshotTasks({ ImportTaskIds: [ImportTaskId] });
    return ImportSnapshotTasks[0].SnapshotTaskDetail;
  }

  it.each([
    ["VMDK", Platform.aws()],
    ["RAW", Platform.aws({ format: "raw" })],
  ])("import a snapshot from a %s and register an image of it", async (format, platform) => {
    const task = await imported(await image.make(platform), format);
    expect(task).toMatchObject({ Status: "completed" });
    const { ImageId } = await ec2.registerImage({
      Name: `web-${format}`,
      Architecture: "x86_64",
      BootMode: "uefi-preferred",
      EnaSupport: true,
      VirtualizationType: "hvm",
      RootDeviceName: "/dev/xvda",
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: task.SnapshotId } }],
    });
    const { Images } = await ec2.describeImages({ ImageIds: [ImageId] });
    const expected = { Name: `web-${format}`, EnaSupport: true, BootMode: "uefi-preferred", VirtualizationType: "hvm" };
    expect(Images).toEqual([expect.objectContaining(expected)]);
  });

  it("end a task for a file that is no VMDK as EC2 does, and our rule says why before", async () => {
    const file = await image.make(Platform.azure());
    expect(await imported(file, "VMDK")).toMatchObject({
      Status: "deleted",
      StatusMessage: expect.stringMatching(/^ClientError: Disk/) as string,
    });
    await expect(
      ec2.registerImage({ Name: "web", BlockDeviceMappings: [{ Ebs: { SnapshotId: "" } }] }),
    ).rejects.toThrow(/does not exist/);
  });
});

const gcs = findExtra("fake-gcs-server");
const forGoogle: Extra = "path" in gcs ? clients : gcs;

/** The fake checks digests and preconditions; it does not unpack what it gets. */
describeWith(forGoogle, "a fake of Google Cloud Storage, and Google's client", (folder) => {
  let server: ChildProcess;
  let bucket: ReturnType<InstanceType<GoogleStorage["Storage"]>["bucket"]>;

  beforeAll(async () => {
    const port = await freePort();
    const root = join(image.folder, "gcs");
    mkdirSync(root);
    const program = "path" in gcs ? gcs.path : "";
    const url = `http://127.0.0.1:${port}`;
    const options = ["-scheme", "http", "-host", "127.0.0.1", "-port", `${port}`, "-filesystem-root", root];
    server = await serve([program, ...options, "-external-url", url, "-log-level", "error"], port);
    const { Storage } = clientOf<GoogleStorage>(folder, "@google-cloud/storage");
    const storage = new Storage({ apiEndpoint: url, projectId: "test" });
    await storage.createBucket("images");
    bucket = storage.bucket("images");
  });
  afterAll(() => stop(server));

  it("take a tar.gz, give back the same bytes, and never overwrite one", async () => {
    const file = await image.make(Platform.google());
    const options = { resumable: false, validation: "crc32c", preconditionOpts: { ifGenerationMatch: 0 } };
    await bucket.upload(file, options);
    const back = join(image.folder, "back.tar.gz");
    await bucket.file("web.tar.gz").download({ destination: back });
    expect(readFileSync(back).equals(readFileSync(file))).toBe(true);
    expect(await codes("google", back)).toEqual([]);
    await expect(bucket.upload(file, options)).rejects.toMatchObject({ code: 412 });
  });
});
