import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { join, resolve } from "node:path";
import { findMedium } from "../../setup/demo-installer/medium";
import { Checkout } from "./checkout";
import { temporaryFolder } from "./temporary";

const ROOT = resolve(__dirname, "..", "..");

const TARBALL = "os-images-0.1.0.tgz";

/** An app of a user's, in a folder of its own, with this project installed from its packed tarball. */
export class OwnApp {
  readonly folder = temporaryFolder("own-app");
  /** What is added to the environment of the app's commands. */
  environment: NodeJS.ProcessEnv = {};

  /** With the tarball of another app if there is one. */
  private constructor(packed?: OwnApp) {
    if (packed !== undefined) cpSync(join(packed.folder, TARBALL), join(this.folder, TARBALL));
    else this.run("npm", ["pack", "--silent", "--pack-destination", this.folder], new Checkout().folder);
  }

  /** The example app, its medium the demo installer's. */
  static example(): OwnApp {
    const app = new OwnApp();
    cpSync(join(ROOT, "examples/own-app"), app.folder, { recursive: true });
    app.install();
    return app;
  }

  /** The same source on cdktn, by an npm alias. */
  static exampleOnCdktn(packed: OwnApp): OwnApp {
    const app = new OwnApp(packed);
    cpSync(join(ROOT, "examples/own-app"), app.folder, { recursive: true });
    cpSync(join(ROOT, "examples/own-app-cdktn/package.json"), join(app.folder, "package.json"));
    app.install();
    return app;
  }

  /** What `os-images init` makes in an empty folder, of the example's kickstart and the demo installer's medium. */
  static initialized(): OwnApp {
    const app = new OwnApp();
    app.install(`./${TARBALL}`);
    app.init(app.folder);
    app.install();
    return app;
  }

  /** A folder inside the app's, where its packages are found too. */
  emptyFolder(): string {
    return mkdtempSync(join(this.folder, "empty-"));
  }

  init(folder: string): void {
    const kickstart = join(ROOT, "examples/own-app/web.cfg");
    this.bin("os-images", ["init", "web", "--kickstart", kickstart, "--iso", findMedium()?.iso ?? ""], folder);
  }

  /** Runs one of the app's own commands; throws if it fails. */
  bin(command: string, words: readonly string[], cwd = this.folder): string {
    return this.run(join(this.folder, "node_modules", ".bin", command), words, cwd);
  }

  /**
   * Runs a command in the app's folder, with nothing of this checkout's environment, but with the demo installer as its
   * medium; throws if it fails.
   */
  run(command: string, words: readonly string[], cwd = this.folder): string {
    const medium = findMedium();
    const env = { ...process.env, ISO: medium?.iso, ISO_SHA256: medium?.sha256, CI: "true", ...this.environment };
    const { status, stdout, stderr } = spawnSync(command, words, { cwd, encoding: "utf8", env, maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${status}\n${stdout}\n${stderr}`);
    return stdout;
  }

  private install(...packages: string[]): void {
    this.run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages]);
  }
}
