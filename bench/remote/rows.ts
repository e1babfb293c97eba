import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Upload } from "@aws-sdk/lib-storage";
import { findExtra } from "../../__tests__/support/extra";
import { makeStore } from "../../__tests__/support/fake-store";
import { S3Server } from "../../__tests__/support/s3-server";
import { placeShared } from "../../__tests__/support/shared-image";
import { fetchImage } from "../../remote/fetch";
import { openRemote } from "../../remote/open";
import { pushImage } from "../../remote/push";
import { pathsOfImage } from "../../store/layout";
import { inRounds, timed } from "../measure";
import { comparison, type Row } from "../row";

/** Of the disk, in bytes: what a small server image takes, compressed. */
const BYTES = 400_000_000;

const silent = { say: () => undefined, signal: new AbortController().signal };

/** Fetching and pushing an image, against the plainest way to move the same bytes to and from the same S3 server. */
export async function remoteRows(rounds: number): Promise<Row[]> {
  const extra = findExtra("versitygw");
  if ("reason" in extra) throw new Error(extra.reason);
  const server = await S3Server.versitygw(extra.path);
  await server.start();
  try {
    Object.assign(process.env, server.credentials);
    const image = await placeShared(makeStore(), { bytes: BYTES });
    const disk = join(image.image, "demo.qcow2");
    const { sha256 } = (JSON.parse(readFileSync(image.manifest, "utf8")) as { disk: { sha256: string } }).disk;
    const shared = await openRemote(server.address("fetch"), silent);
    await pushImage(shared, image, silent);
    let count = 0;
    const { fetch, curl, push, upload } = await inRounds(
      {
        fetch: () =>
          measured(() => fetchImage(shared, pathsOfImage(makeStore(), "demo", image.shortFingerprint), silent)),
        curl: () => curled(server, `fetch/demo/${image.shortFingerprint}/${sha256}`, join(makeStore(), "disk")),
        push: async () => {
          const remote = await openRemote(server.address(`push-${++count}`), silent);
          return measured(() => pushImage(remote, image, silent));
        },
        upload: () =>
          measured(() => {
            const params = { Bucket: server.bucket, Key: `plain-${++count}`, Body: readFileSync(disk) };
            // This server refuses the checksum that the SDK makes of a whole upload by itself.
            return new Upload({ client: server.client(), params: { ...params, ChecksumAlgorithm: "SHA256" } }).done();
          }),
      },
      rounds,
    );
    return [
      comparison("fetching an image of 400 MB", fetch, "curl of its disk, then sha256sum", curl, 1.1),
      comparison("pushing an image of 400 MB", push, "the SDK's own upload of its disk", upload, 1.1),
    ];
  } finally {
    await server.stop("SIGKILL");
  }
}

async function measured(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

async function curled(server: S3Server, key: string, file: string): Promise<number> {
  const { AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: secret } = server.credentials;
  const script =
    'curl -sSf -H x-amz-content-sha256:UNSIGNED-PAYLOAD --aws-sigv4 aws:amz:us-east-1:s3 --user "$1" -o "$2" "$3" && sha256sum "$2"';
  const url = `${server.endpoint}/${server.bucket}/${key}`;
  const { seconds } = await timed({ program: "bash", words: ["-c", script, "bash", `${user}:${secret}`, file, url] });
  return seconds;
}
