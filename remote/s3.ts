import type { _Object, S3Client } from "@aws-sdk/client-s3";
import { MANIFEST_FILE, PIN_FILE } from "../store/layout";
import type { StoredFile } from "../store/manifest";
import type { S3Address } from "../recipe/remote-address";
import { MAX_MANIFEST_BYTES } from "./manifest";
import { type ImageKey, type Range, type Remote, RemoteError, type RemoteObject, type Upload } from "./remote";
import { asked, fail, nameOf, type S3, s3Client, statusOf } from "./s3-client";
import { uploadFile } from "./s3-upload";

/** What the keys of images look like below the prefix. */
const OBJECT = /^([a-z0-9][a-z0-9-]{0,62})\/([0-9a-f]{12})\/(manifest\.json|pinned|[0-9a-f]{64})$/;

/** More objects than this below one prefix are not listed. */
const MAX_OBJECTS = 1_000_000;

/** A bucket of a server that speaks S3: `<prefix>/<name>/<fingerprint>/manifest.json`, the files beside it. */
export class S3Remote implements Remote {
  readonly parallel = 6;
  readonly title: string;
  private readonly client: S3Client;

  /** `signal` ends whatever is under way. */
  constructor(
    private readonly s3: S3,
    private readonly address: S3Address,
    private readonly signal: AbortSignal,
    silenceMs?: number,
  ) {
    this.title = `s3://${address.bucket}${address.prefix && `/${address.prefix}`}`;
    this.client = s3Client(s3, address, silenceMs);
  }

  /** The SDK takes the difference between the clocks from the answers. */
  now(): number {
    return Date.now() + this.client.config.systemClockOffset;
  }

  async manifest(image: ImageKey): Promise<string | undefined> {
    return this.ask(async () => {
      const answer = await this.orAbsent(
        this.client.send(new this.s3.GetObjectCommand(this.at(image, MANIFEST_FILE)), { abortSignal: this.signal }),
      );
      if (answer?.Body === undefined) return undefined;
      const pieces: Uint8Array[] = [];
      let bytes = 0;
      for await (const piece of answer.Body as AsyncIterable<Uint8Array>) {
        pieces.push(piece);
        bytes += piece.length;
        if (bytes <= MAX_MANIFEST_BYTES) continue;
        throw new RemoteError(
          `${this.title}/${this.key(image, MANIFEST_FILE)} is refused: it has more than ${MAX_MANIFEST_BYTES} bytes`,
          "damaged",
        );
      }
      return Buffer.concat(pieces).toString("utf8");
    });
  }

  async read(image: ImageKey, file: StoredFile, range: Range, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const key = this.key(image, file.sha256);
    const input = { ...this.at(image, file.sha256), Range: `bytes=${range.start}-${range.end - 1}` };
    const answer = await this.client
      .send(new this.s3.GetObjectCommand(input), { abortSignal: signal })
      .catch((error: unknown) => {
        if (statusOf(error) === 416) return undefined;
        if (statusOf(error) === 404) throw this.damaged(key, "it is missing");
        return fail(this.title, error, signal);
      });
    const size = /\/(\d+)$/.exec(answer?.ContentRange ?? "")?.[1] ?? "fewer";
    if (answer?.Body === undefined || size !== String(file.sizeBytes)) {
      throw this.damaged(key, `it has ${size} bytes, not ${file.sizeBytes}`);
    }
    return this.pieces(answer.Body as AsyncIterable<Uint8Array>, signal);
  }

  has(image: ImageKey, file: StoredFile): Promise<boolean> {
    return this.ask(async () => {
      const command = new this.s3.HeadObjectCommand(this.at(image, file.sha256));
      const answer = await this.orAbsent(this.client.send(command, { abortSignal: this.signal }));
      return answer?.ContentLength === file.sizeBytes;
    });
  }

  async upload(image: ImageKey, upload: Upload): Promise<void> {
    if (await this.has(image, upload.file)) return;
    const { title } = this;
    await uploadFile({ s3: this.s3, client: this.client, title, at: this.at(image, upload.file.sha256) }, upload);
  }

  publish(image: ImageKey, manifest: string): Promise<"published" | "present"> {
    return this.ask(() => this.putNew(image, MANIFEST_FILE, manifest, "application/json"));
  }

  list(): Promise<RemoteObject[]> {
    return this.ask(async () => {
      const prefix = this.address.prefix && `${this.address.prefix}/`;
      const found: RemoteObject[] = [];
      let count = 0;
      let next: string | undefined;
      do {
        const input = { Bucket: this.address.bucket, Prefix: prefix, ContinuationToken: next };
        const page = await this.client.send(new this.s3.ListObjectsV2Command(input), { abortSignal: this.signal });
        const contents = page.Contents ?? [];
        found.push(...contents.flatMap((object) => objectOf(object, prefix)));
        count += contents.length;
        next = page.IsTruncated && contents.length > 0 ? page.NextContinuationToken : undefined;
      } while (next !== undefined && count < MAX_OBJECTS);
      if (next === undefined) return found;
      throw new RemoteError(
        `${this.title} has more than ${MAX_OBJECTS} objects: give images a prefix of their own`,
        "refused",
      );
    });
  }

  async remove(image: ImageKey, name: string): Promise<void> {
    await this.ask(() =>
      this.orAbsent(
        this.client.send(new this.s3.DeleteObjectCommand(this.at(image, name)), { abortSignal: this.signal }),
      ),
    );
  }

  async pin(image: ImageKey, pinned: boolean): Promise<void> {
    if (pinned) await this.ask(() => this.putNew(image, PIN_FILE, "", "text/plain"));
    else await this.remove(image, PIN_FILE);
  }

  removeUnfinished(before: number): Promise<number> {
    return this.ask(async () => {
      const prefix = this.address.prefix && `${this.address.prefix}/`;
      const { bucket: Bucket } = this.address;
      const options = { abortSignal: this.signal };
      const page = await this.client.send(new this.s3.ListMultipartUploadsCommand({ Bucket, Prefix: prefix }), options);
      const old = (page.Uploads ?? []).filter(
        ({ Key = "", Initiated }) => OBJECT.test(Key.slice(prefix.length)) && Number(Initiated) < before,
      );
      for (const { Key, UploadId } of old) {
        await this.orAbsent(
          this.client.send(new this.s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId }), options),
        );
      }
      return old.length;
    });
  }

  /** Many servers, and many credentials, do not tell. */
  async warnings(): Promise<string[]> {
    const { bucket: Bucket } = this.address;
    const options = { abortSignal: this.signal };
    const grants = await this.client.send(new this.s3.GetBucketAclCommand({ Bucket }), options).then(
      ({ Grants = [] }) => Grants,
      () => [],
    );
    const isPublic = await this.client.send(new this.s3.GetBucketPolicyStatusCommand({ Bucket }), options).then(
      ({ PolicyStatus }) => PolicyStatus?.IsPublic === true,
      () => false,
    );
    const everybody = grants.filter(
      ({ Grantee, Permission = "" }) =>
        /\/(AllUsers|AuthenticatedUsers)$/.test(Grantee?.URI ?? "") && /WRITE|FULL_CONTROL/.test(Permission),
    );
    return [
      ...(everybody.length > 0 ? [`everybody may write to the bucket ${Bucket}, and so replace images`] : []),
      ...(isPublic ? [`the policy of the bucket ${Bucket} makes it public`] : []),
    ];
  }

  private ask<T>(work: () => Promise<T>): Promise<T> {
    return asked(this.title, this.signal, work);
  }

  /** Pieces of a body; what breaks it off is a `RemoteError`. */
  private async *pieces(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      fail(this.title, error, signal);
    }
  }

  private async putNew(image: ImageKey, name: string, text: string, type: string): Promise<"published" | "present"> {
    const input = { ...this.at(image, name), Body: text, ContentType: type, IfNoneMatch: "*" };
    try {
      await this.client.send(new this.s3.PutObjectCommand(input), { abortSignal: this.signal });
      return "published";
    } catch (error) {
      if (statusOf(error) === 412) return "present";
      throw error;
    }
  }

  private async orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket") return undefined;
      throw error;
    }
  }

  private damaged(key: string, reason: string): RemoteError {
    return new RemoteError(`${this.title}: the object ${key} is refused: ${reason}`, "damaged");
  }

  private at(image: ImageKey, name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.address.bucket, Key: this.key(image, name) };
  }

  private key({ name, shortFingerprint }: ImageKey, file: string): string {
    return [this.address.prefix, name, shortFingerprint, file].filter((part) => part !== "").join("/");
  }
}

function objectOf({ Key = "", Size = 0, LastModified }: _Object, prefix: string): RemoteObject[] {
  const [, image = "", shortFingerprint = "", name = ""] = OBJECT.exec(Key.slice(prefix.length)) ?? [];
  if (name === "" || !Key.startsWith(prefix)) return [];
  return [{ image: { name: image, shortFingerprint }, name, sizeBytes: Size, writtenAt: Number(LastModified ?? 0) }];
}
