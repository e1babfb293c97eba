import { UserError } from "../util/user-error";

/** Where an S3 remote is. */
export interface S3Address {
  readonly kind: "s3";
  readonly bucket: string;
  /** Without a slash at either end; may be empty. */
  readonly prefix: string;
  /** The server's URL. @default - as the AWS tools find it: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, the profile, or AWS itself */
  readonly endpoint?: string;
  /** @default - as the AWS tools find it */
  readonly region?: string;
}

export type RemoteAddress = S3Address;

const FORM = "write s3://BUCKET/PREFIX, or s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=NAME";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Characters that need no care in a key: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const PREFIX = /^[A-Za-z0-9!_.*'()-]+(\/[A-Za-z0-9!_.*'()-]+)*$/;

/**
 * Reads a remote's address.
 * @throws UserError on anything else. A text with a user or password in it is not repeated
 */
export function parseAddress(text: string): RemoteAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.username !== "" || url.password !== "")) {
    throw new UserError(
      "the remote's address has a user or password in it, which plan and state would show: give credentials as the AWS " +
        "tools read them, such as AWS_PROFILE",
    );
  }
  if (url?.protocol !== "s3:") throw new UserError(`the remote "${text}" is no address that is known: ${FORM}`);
  const bucket = url.host;
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  const isSound = BUCKET.test(bucket) && (prefix === "" || PREFIX.test(prefix)) && !/(^|\/)\.\.?(\/|$)/.test(prefix);
  if (!isSound || url.hash !== "") throw new UserError(`the remote "${text}" names no bucket and prefix: ${FORM}`);
  const unknown = [...url.searchParams.keys()].find((name) => name !== "endpoint" && name !== "region");
  if (unknown !== undefined) throw new UserError(`the remote "${text}" has the unknown setting "${unknown}": ${FORM}`);
  const endpoint = url.searchParams.get("endpoint") ?? undefined;
  const region = url.searchParams.get("region") ?? undefined;
  if (endpoint !== undefined) requireEndpoint(endpoint);
  return { kind: "s3", bucket, prefix, ...(endpoint && { endpoint }), ...(region && { region }) };
}

function requireEndpoint(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return;
  throw new UserError(
    "the remote's endpoint is no plain http(s) URL: write one such as https://minio.example.org:9000",
  );
}
