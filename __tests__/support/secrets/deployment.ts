import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheDir } from "../../../host/cache";
import { toolEnvironment } from "../../../host/environment";
import { requireTool } from "../../../host/find";
import type { CanaryApp } from "./app";
import { canary } from "./canary";
import { searchImage } from "./disk";
import { Search, type Find } from "./search";
import { Runs } from "./runs";
import type { Watch } from "./watch";
import { temporaryFolder } from "../temporary";

const ROOT = resolve(__dirname, "..", "..", "..");
const PROGRAM = join(ROOT, "bin", "os-images.js");

/** The secrets of the app, by the names under which a kickstart has their markers. */
export interface Secrets {
  readonly ROOT_HASH: string;
  readonly USER_PASSWORD: string;
  readonly REPO_PASSWORD: string;
  readonly API_TOKEN: string;
}

/** What an image is made of in a deployment with canaries. */
export interface CanaryImage extends Pick<CanaryApp, "image" | "iso" | "sha256" | "kickstart"> {
  /** Runs in the installed system. */
  readonly provisioner?: string;
}

/** A deployment that was done, and all that it left. */
export interface Deployed {
  readonly image: string;
  readonly output: string;
  readonly watch: Watch;
  /** Every canary that was found anywhere. */
  readonly finds: readonly Find[];
}

/** New values for the secrets; the hash is one as crypt(5) describes it, of no password that anybody knows. */
export function newSecrets(): Secrets {
  const hash = randomBytes(64).toString("base64").replaceAll("+", ".").slice(0, 86);
  return {
    ROOT_HASH: `$6$${randomBytes(8).toString("hex")}$${hash}`,
    USER_PASSWORD: canary("USER_PASSWORD").value,
    REPO_PASSWORD: canary("REPO_PASSWORD").value,
    API_TOKEN: canary("API_TOKEN").value,
  };
}

/**
 * Plans and deploys an image with secrets in it, by cdktf or by Terraform alone, with every log there is, and searches
 * all that can be read afterwards for them.
 */
export async function deployWithCanaries(
  image: CanaryImage,
  secrets: Secrets,
  by: "cdktf" | "terraform",
): Promise<Deployed> {
  const started = Date.now();
  const folder = temporaryFolder("canaries");
  const [project, own, logs, temporary] = ["project", "own", "logs", "tmp"].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  }) as [string, string, string, string];
  // Terraform makes the state readable for all by the usual umask; the folder that it is in must not hide that.
  chmodSync(folder, 0o755);
  const app = writeProject(project, own, image, secrets);

  const store = join(project, "images");
  const runs = new Runs(project, store, environment(app, secrets, { logs, temporary }));
  const stack = join(project, "cdktf.out", "stacks", "canaries");
  const plan = join(own, "saved.tfplan");
  const terraform = (name: string, ...words: string[]): Promise<void> =>
    runs.run(name, requireTool("terraform").path, words, stack);
  await runs.node("synth", join(__dirname, "app.ts"));
  await terraform("init", "init", "-input=false", "-no-color");
  await terraform("the plan", "plan", "-input=false", "-no-color", `-out=${plan}`);
  await terraform("the plan as JSON", "show", "-json", plan);
  await (by === "cdktf"
    ? runs.run("the deploy", process.execPath, [PROGRAM, "deploy", "canaries", "--auto-approve"])
    : terraform("the deploy", "apply", "-input=false", "-no-color", "-auto-approve"));

  const watch = runs.watches.at(-1) as Watch;
  const canaries = Object.entries(secrets).map(([name, value]: [string, string]) => ({ name, value }));
  const search = new Search([...canaries, ...watch.madeByBuild]);
  const [fingerprint = ""] = readdirSync(join(store, "canaries")).filter((name) => /^[0-9a-f]{12}$/.test(name));
  const disk = join(store, "canaries", fingerprint, "canaries.qcow2");
  const named = (finds: readonly Find[], place: string): Find[] => finds.map((find) => ({ ...find, place }));
  const finds = [
    ...[...runs.outputs].flatMap(([name, output]) => search.in(name, output)),
    ...runs.watches.flatMap(({ commandLines }) => search.in("the command lines", [...commandLines].join("\n"))),
    ...[...watch.logs].flatMap(([name, log]) => search.in(name, Buffer.from(log, "latin1"))),
    ...search.inFile(plan, "the saved plan"),
    ...named(search.inFolder(logs), "Terraform's log"),
    ...named(search.inFolder(temporary), "the folder of temporary files"),
    ...named(
      search.inFolder(cacheDir(), (file) => mayBeOfThisRun(file, started)),
      "the cache",
    ),
    ...search
      .inFolder(project, (file) => file !== disk)
      .map((find) => ({
        ...find,
        place: find.place.replace(`${project}/`, "").replace(fingerprint, "FINGERPRINT"),
      })),
    ...searchImage(search, disk),
  ];
  const output = runs.outputs.get("the deploy") ?? "";
  return { image: disk, output, watch, finds };
}

/** Writes what cdktf needs of a project, and what the app is given, which is not searched: the secrets come from there. */
function writeProject(project: string, own: string, image: CanaryImage, { ROOT_HASH }: Secrets): CanaryApp {
  const hashFile = join(own, "root-hash");
  const provisioner = join(own, "provision.sh");
  writeFileSync(hashFile, `${ROOT_HASH}\n`, { mode: 0o600 });
  writeFileSync(provisioner, image.provisioner ?? "#!/bin/sh\n");
  const app = `'${process.execPath}' --import '${require.resolve("tsx")}' '${join(__dirname, "app.ts")}'`;
  const settings = { language: "typescript", app, projectId: "canaries", sendCrashReports: "false", context: CONTEXT };
  writeFileSync(join(project, "cdktf.json"), JSON.stringify(settings));
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  return { ...image, hashFile, provisioner };
}

const CONTEXT = { projectId: "canaries" };

function environment(
  app: CanaryApp,
  { API_TOKEN, REPO_PASSWORD, USER_PASSWORD }: Secrets,
  folders: { readonly logs: string; readonly temporary: string },
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...toolEnvironment(),
    ...(app.image === "tiny" && { OS_IMAGES_NO_VALIDATE: "1", OS_IMAGES_SLOTS: "8" }),
    CANARY_APP: JSON.stringify(app),
    CDKTF_CONTEXT_JSON: JSON.stringify(CONTEXT),
    CI: "true",
    TMPDIR: folders.temporary,
    TF_LOG: "TRACE",
    TF_LOG_PATH: join(folders.logs, "terraform.log"),
    TF_VAR_api_token: API_TOKEN,
    REPO_PASSWORD,
    USER_PASSWORD,
  };
}

/** What set-up makes holds no secret and is large. */
function mayBeOfThisRun(file: string, started: number): boolean {
  if (["assets", "built", "tools"].some((made) => file === join(cacheDir(), made)) || !existsSync(file)) return false;
  const status = statSync(file);
  return status.isDirectory() || status.mtimeMs >= started;
}
