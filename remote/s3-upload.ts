import type { S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import type { StoredFile } from "../store/manifest";
import { UserError } from "../util/user-error";
import type { Upload } from "./remote";
import { retrying } from "./retry";
import { asked, fail, MOVED, nameOf, type S3, statusOf } from "./s3-client";

/** Where a file goes, and by what. */
export interface S3Target {
  readonly s3: S3;
  readonly client: S3Client;
  /** The remote, for messages. */
  readonly title: string;
  readonly at: { readonly Bucket: string; readonly Key: string };
}

const MIB = 1024 * 1024;

/** S3 takes 10,000 parts at most: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const PART_BYTES = 8 * MIB;

/** How many parts are under way at once. */
const PARALLEL = 4;

/** A part that is there: what completes the upload, and how the server describes it. */
interface Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  /** sha256, base64. */
  readonly ChecksumSHA256: string | undefined;
  readonly Size?: number | undefined;
}

/**
 * Uploads a file to a key that must not be there yet, in parts that carry their sha256. An upload of that key that was broken
 * off is gone on with: of its parts, those of the right sha256 are kept. The whole file is hashed as it is read.
 * @throws UserError if it is not what it should be: nothing is completed then. RemoteError
 */
export async function uploadFile(target: S3Target, { file, path, signal, onBytes }: Upload): Promise<void> {
  const source = await open(path, "r");
  try {
    if (file.sizeBytes <= PART_BYTES) await uploadWhole(target, source, file, path, signal);
    else await uploadInParts(target, source, { file, path, signal, onBytes });
  } finally {
    await source.close();
  }
}

async function uploadWhole(
  { s3, client, title, at }: S3Target,
  source: FileHandle,
  file: StoredFile,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const Body = await readPart(source, 0, file.sizeBytes);
  const hash = createHash("sha256").update(Body);
  requireDigest(hash.copy().digest("hex"), file, path);
  const input = { ...at, Body, ChecksumSHA256: hash.digest("base64"), IfNoneMatch: "*" };
  await retrying(MOVED, signal, () =>
    client.send(new s3.PutObjectCommand(input), { abortSignal: signal }).catch((error: unknown) => {
      // Somebody else wrote the same bytes.
      if (statusOf(error) !== 412) fail(title, error, signal);
    }),
  );
}

async function uploadInParts(target: S3Target, source: FileHandle, upload: Upload): Promise<void> {
  const { file, path, signal, onBytes } = upload;
  const partBytes = Math.max(PART_BYTES, Math.ceil(file.sizeBytes / MAX_PARTS / MIB) * MIB);
  const { id, parts: earlier } = await beginUpload(target, signal);
  const whole = createHash("sha256");
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const parts: Part[] = [];
  const underWay: Promise<Part>[] = [];
  const takeFirst = async (): Promise<void> => {
    const first = underWay[0];
    if (first === undefined) return;
    parts.push(await first);
    onBytes(Math.min(partBytes, file.sizeBytes - (parts.length - 1) * partBytes));
    void underWay.shift();
  };
  try {
    for (let start = 0; start < file.sizeBytes; start += partBytes) {
      if (underWay.length >= PARALLEL) await takeFirst();
      const body = await readPart(source, start, Math.min(partBytes, file.sizeBytes - start));
      whole.update(body);
      const part = uploadPart(target, id, start / partBytes + 1, body, earlier, either);
      // One that fails while an earlier one is awaited is no unhandled rejection.
      part.catch(() => undefined);
      underWay.push(part);
    }
    while (underWay.length > 0) await takeFirst();
  } finally {
    stop.abort();
    await Promise.allSettled(underWay);
  }
  const digest = whole.digest("hex");
  if (digest !== file.sha256) await abortUpload(target, id);
  requireDigest(digest, file, path);
  await complete(target, id, parts, upload);
}

/** Goes on with an upload that is there, or begins one. */
async function beginUpload(
  { s3, client, title, at }: S3Target,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly parts: ReadonlyMap<number, Part> }> {
  return asked(title, signal, async () => {
    const options = { abortSignal: signal };
    const { Uploads = [] } = await client.send(
      new s3.ListMultipartUploadsCommand({ Bucket: at.Bucket, Prefix: at.Key }),
      options,
    );
    const [begun] = Uploads.filter(({ Key }) => Key === at.Key).sort(
      (a, b) => Number(b.Initiated) - Number(a.Initiated),
    );
    if (begun?.UploadId !== undefined) return { id: begun.UploadId, parts: await listParts(begun.UploadId) };
    const input = { ...at, ChecksumAlgorithm: "SHA256" as const, ContentType: "application/octet-stream" };
    const { UploadId = "" } = await client.send(new s3.CreateMultipartUploadCommand(input), options);
    return { id: UploadId, parts: new Map<number, Part>() };
  });

  async function listParts(UploadId: string): Promise<Map<number, Part>> {
    const found = new Map<number, Part>();
    let marker: string | undefined;
    do {
      const input = { ...at, UploadId, PartNumberMarker: marker };
      const page = await client.send(new s3.ListPartsCommand(input), { abortSignal: signal });
      for (const { PartNumber = 0, ETag, ChecksumSHA256, Size } of page.Parts ?? []) {
        found.set(PartNumber, { PartNumber, ETag, ChecksumSHA256, Size });
      }
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined && found.size < MAX_PARTS);
    return found;
  }
}

/** Uploads a part, unless it is there with that sha256. */
async function uploadPart(
  { s3, client, title, at }: S3Target,
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
  earlier: ReadonlyMap<number, Part>,
  signal: AbortSignal,
): Promise<Part> {
  const ChecksumSHA256 = createHash("sha256").update(Body).digest("base64");
  const there = earlier.get(PartNumber);
  if (there?.ChecksumSHA256 === ChecksumSHA256 && there.Size === Body.length) return there;
  const input = { ...at, UploadId, PartNumber, Body, ChecksumSHA256 };
  const { ETag } = await retrying(MOVED, signal, () =>
    client
      .send(new s3.UploadPartCommand(input), { abortSignal: signal })
      .catch((error: unknown) => fail(title, error, signal)),
  );
  return { PartNumber, ETag, ChecksumSHA256 };
}

/** An upload that somebody else completed meanwhile had the same bytes, as the key is their sha256. */
async function complete({ s3, client, title, at }: S3Target, UploadId: string, parts: Part[], upload: Upload) {
  const list = parts.map(({ PartNumber, ETag, ChecksumSHA256 }) => ({ PartNumber, ETag, ChecksumSHA256 }));
  const input = { ...at, UploadId, MultipartUpload: { Parts: list }, IfNoneMatch: "*" };
  await asked(title, upload.signal, async () => {
    try {
      await client.send(new s3.CompleteMultipartUploadCommand(input), { abortSignal: upload.signal });
    } catch (error) {
      if (statusOf(error) === 412) return abortUpload({ s3, client, title, at }, UploadId);
      if (nameOf(error) !== "NoSuchUpload") throw error;
      const { ContentLength } = await client.send(new s3.HeadObjectCommand(at), { abortSignal: upload.signal });
      if (ContentLength !== upload.file.sizeBytes) throw error;
    }
  });
}

/** Frees the parts of an upload that is of no use. If that fails, `gc --remote` does it later. */
async function abortUpload({ s3, client, at }: S3Target, UploadId: string): Promise<void> {
  await client.send(new s3.AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => undefined);
}

async function readPart(source: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await source.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function requireDigest(digest: string, { sha256 }: StoredFile, path: string): void {
  if (digest === sha256) return;
  throw new UserError(
    `${path} is not pushed: it has the sha256 ${digest}, and its manifest says ${sha256}; run os-images verify`,
    1,
  );
}
