import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findMedium } from "../../setup/demo-installer/medium";
import { Checkout } from "./checkout";

const ROOT = resolve(__dirname, "..", "..");

/** The example app in a folder of its own, with this project installed from its packed tarball. */
export class OwnApp {
  readonly folder = mkdtempSync(join(tmpdir(), "os-images-own-app-"));
  private readonly checkout = new Checkout();

  constructor() {
    cpSync(join(ROOT, "examples/own-app"), this.folder, { recursive: true });
    this.run("npm", ["pack", "--silent", "--pack-destination", this.folder], this.checkout.folder);
    this.run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"]);
  }

  /** Runs a command in the app's folder, with the demo installer as its medium; throws where it fails. */
  run(command: string, words: readonly string[], cwd = this.folder): string {
    const medium = findMedium();
    const env = { ISO: medium?.iso, ISO_SHA256: medium?.sha256, CI: "true", NO_COLOR: "1", FORCE_COLOR: "0" };
    const { status, stdout, stderr } = this.checkout.run(command, words, env, cwd);
    if (status !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${status}\n${stdout}\n${stderr}`);
    return stdout;
  }

  remove(): void {
    this.checkout.remove();
    rmSync(this.folder, { recursive: true });
  }
}
