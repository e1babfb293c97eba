import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OsRelease } from "../../recipe/release";
import { UserError } from "../../util/user-error";
import { packageJson } from "../command";
import type { Medium } from "./medium";

/** The releases that the kickstart of who names none installs. */
const DEFAULT_KICKSTART_FOR = ["rhel8", "rhel9", "rhel10"];

/** The smallest system, as the project's own Rocky Linux image has it. */
export function defaultKickstart(name: string, { dialect, title }: OsRelease): string {
  if (!DEFAULT_KICKSTART_FOR.includes(dialect)) {
    throw new UserError(`there is no kickstart for ${title} to start with: add --kickstart FILE`);
  }
  const template = readFileSync(join(__dirname, "..", "..", "kickstart", "rocky9.cfg.tmpl"), "utf8");
  const [, ...lines] = template.replaceAll("${hostname}", name).split("\n");
  return [`# ${title}: the smallest system.`, ...lines].join("\n");
}

/** main.ts: the app, in cdktf's usual form. */
export function mainText(
  name: string,
  release: OsRelease,
  { url, checksum, checksumUrl }: Medium,
  kickstart: string,
): string {
  const known = Object.entries(OsRelease).find(([, value]) => value === release)?.[0];
  const digest = checksumUrl === undefined ? `checksum: ${quoted(checksum)}` : `checksumUrl: ${quoted(checksumUrl)}`;
  return `import { App } from "cdktf";
import { ImageStack, InstallMedium, Kickstart, OsRelease } from "os-images";

const app = new App();

new ImageStack(app, ${quoted(name)}, {
  release: ${known === undefined ? `OsRelease.byId(${quoted(release.id)})` : `OsRelease.${known}`},
  medium: InstallMedium.iso({
    url: ${quoted(url)},
    ${digest},
  }),
  kickstart: Kickstart.fromFile(${quoted(kickstart)}),
  boot: "kernel", // started directly: nothing is typed at the medium's boot menu
});

app.synth();
`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** cdktf.json, with an id of its own: it tells the app's Terraform states from others. */
export function cdktfJson(): string {
  return json({
    language: "typescript",
    app: "node --require tsx/cjs main.ts",
    projectId: randomUUID(),
    sendCrashReports: "false",
  });
}

export const TSCONFIG = json({
  compilerOptions: {
    target: "es2023",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  },
  include: ["main.ts"],
});

/** What a deploy makes. Terraform's state is not for a public place: it may hold secrets. */
export const GIT_IGNORED = ["node_modules", "cdktf.out", "images", "machines", "*.tfstate", "*.tfstate.*", ".terraform"]
  .map((line) => `${line}\n`)
  .join("");

/** package.json, new or as it is here, with the packages and scripts added that the app needs and that it lacks. */
export function packageJsonText(name: string): string {
  const present = existsSync("package.json")
    ? (JSON.parse(readFileSync("package.json", "utf8")) as PackageJson)
    : undefined;
  const { version, peerDependencies, peerDependenciesMeta, devDependencies } = packageJson();
  const needed = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  const pinned = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((one) => [one, devDependencies[one] ?? "*"]));
  return json({
    ...(present ?? { name, private: true }),
    scripts: { synth: "cdktf synth", deploy: "os-images deploy", ...present?.scripts },
    dependencies: { ...pinned(needed), "os-images": version, ...present?.dependencies },
    devDependencies: { ...pinned(["@types/node", "cdktf-cli", "tsx", "typescript"]), ...present?.devDependencies },
  });
}

interface PackageJson {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
