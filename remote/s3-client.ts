import type { S3Client } from "@aws-sdk/client-s3";
import { printable } from "../util/lines";
import { UserError } from "../util/user-error";
import type { S3Address } from "../recipe/remote-address";
import { RemoteError } from "./remote";
import { retrying } from "./retry";

/** The AWS SDK, as it was loaded. */
export type S3 = typeof import("@aws-sdk/client-s3");

/** The SDK's version that this program was tested with: see `peerDependencies` in package.json. */
const PACKAGE = "@aws-sdk/client-s3";

/** How long a server may take to be connected, in milliseconds. */
const CONNECT_MS = 5_000;

/** How long a connection may be silent, in milliseconds. */
export const SILENCE_MS = 30_000;

/** Tries of a question, and of what moves an image's bytes: about 2 s and 15 s in which a server may be away. */
export const ASKED = 3;
export const MOVED = 6;

/**
 * Loads the AWS SDK, which only those have who share images by S3: it is an optional dependency.
 * @throws UserError (exit code 3) if it is not installed
 */
export async function loadS3(): Promise<S3> {
  // It would announce on standard error which version of Node it drops next.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  try {
    return await import("@aws-sdk/client-s3");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new UserError(`an S3 remote needs the package ${PACKAGE}: run npm install --save-dev ${PACKAGE}`, 3);
  }
}

/** A client for an address. Credentials and all that the address does not say come from where the AWS tools have them. */
export function s3Client(s3: S3, { endpoint, region }: S3Address, silenceMs = SILENCE_MS): S3Client {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const ownServer = endpoint ?? AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
  // Servers of one's own have no regions as a rule, yet a signature names one.
  const anyRegion = ownServer !== undefined && !AWS_REGION && !AWS_DEFAULT_REGION ? "us-east-1" : undefined;
  const named = region ?? anyRegion;
  return new s3.S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(named !== undefined && { region: named }),
    // Few servers of one's own have a host name for each bucket.
    forcePathStyle: ownServer !== undefined,
    // The manifest's sha256 says more, and costs a pass less.
    responseChecksumValidation: "WHEN_REQUIRED",
    // `retrying` does that, for broken bodies too.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: silenceMs },
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
}

function nothing(): void {}

/** Asks a question of a server, again if it does not answer. */
export function asked<T>(title: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return retrying(ASKED, signal, () => work().catch((error: unknown) => fail(title, error, signal)));
}

/** The HTTP status of a refusal; undefined if nothing answered. */
export function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | undefined)?.$metadata
    ?.httpStatusCode;
}

/** S3's name of an error: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function nameOf(error: unknown): string {
  const { name = "", Code } = (error ?? {}) as { readonly name?: string; readonly Code?: string };
  return printable(String(Code ?? name)).slice(0, 60);
}

/** What to do about a refusal, by S3's name of it. The server's own text is not shown: it may hold what was signed. */
const REMEDIES: Readonly<Record<string, string>> = {
  NoSuchBucket: "there is no such bucket: create it, or correct the address",
  AccessDenied: "the credentials have no right to: ask for it, or use others",
  InvalidAccessKeyId: "it does not know the access key: check the credentials",
  SignatureDoesNotMatch: "the secret key is not that of the access key: check the credentials",
  ExpiredToken: "the credentials have expired: get new ones",
  CredentialsProviderError:
    "no credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  PermanentRedirect: "the bucket is in another region: add ?region=NAME to the address",
  AuthorizationHeaderMalformed: "the bucket is in another region: add ?region=NAME to the address",
  NotImplemented:
    "the server lacks conditional writes (If-None-Match), without which two writers could mix their files",
};

/** Names of errors after which trying again may help, beside every status of 500 and above. */
const PASSING = ["SlowDown", "RequestTimeTooSkewed", "RequestTimeout", "TooManyRequests", "ConditionalRequestConflict"];

/** @throws RemoteError that says what an error of the SDK's means; what `signal` was aborted with */
export function fail(title: string, error: unknown, signal?: AbortSignal): never {
  signal?.throwIfAborted();
  if (error instanceof UserError) throw error;
  const status = statusOf(error);
  const name = nameOf(error);
  if (error instanceof Error && /^Region is missing/.test(error.message)) {
    throw new RemoteError(`${title} has no region: set AWS_REGION, or add ?region=NAME to the address`, "refused");
  }
  const remedy = REMEDIES[name];
  if (remedy !== undefined) throw new RemoteError(`${title} cannot be used (${name}): ${remedy}`, "refused");
  if (status === undefined || status >= 500 || PASSING.includes(name)) {
    throw new RemoteError(`${title} cannot be reached: ${reasonOf(error, status)}`, "unreachable");
  }
  throw new RemoteError(`${title} refuses: ${name} (${status})`, "refused");
}

function reasonOf(error: unknown, status: number | undefined): string {
  const { code, message = "", name = "" } = error as NodeJS.ErrnoException;
  if (status !== undefined && status >= 300) return `it answers ${status} ${nameOf(error)}`;
  const plain = message.replace(/^AWS SDK error wrapper for Error: /, "").split("\n")[0];
  return printable(code ?? (plain || name)).slice(0, 120);
}
