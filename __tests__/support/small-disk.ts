import { spawnSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { temporaryFolder } from "./temporary";

const NAME = "os-images-small-disk";

/** Why no file system can be mounted here, as it is given in a test's name; empty if one can. */
export function whyNoMount(): string {
  if (process.platform !== "linux") return " (skipped: mounting a tmpfs needs Linux)";
  const folder = temporaryFolder("mount");
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", NAME, folder]);
  if (status === 0) spawnSync("umount", [folder]);
  return status === 0 ? "" : " (skipped: this user may not mount a tmpfs)";
}

/** A file system of its own (tmpfs) that can be filled, emptied and write-protected at any moment. */
export class SmallDisk {
  readonly folder = temporaryFolder("small-disk");

  constructor(private readonly size = "1200m") {
    this.mount("-t", "tmpfs", "-o", `size=${size}`, NAME, this.folder);
  }

  /** From now on not one more byte fits. Somebody may write between the look and the new size; then once more. */
  fill(): void {
    for (let tries = 0; ; tries++) {
      const { blocks, bfree, bsize } = statfsSync(this.folder);
      try {
        return this.remount(`size=${Math.max(1, blocks - bfree) * bsize}`);
      } catch (error) {
        if (tries === 20) throw error;
      }
    }
  }

  /** Everything fits again. */
  makeRoom(): void {
    this.remount(`size=${this.size}`);
  }

  protect(): void {
    this.remount("ro");
  }

  unprotect(): void {
    this.remount("rw");
  }

  remove(): void {
    run("umount", ["-l", this.folder]);
  }

  private remount(option: string): void {
    this.mount("-o", `remount,${option}`, this.folder);
  }

  private mount(...words: string[]): void {
    run("mount", words);
  }
}

function run(command: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${status}: ${stderr}`);
}
