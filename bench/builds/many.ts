import { freemem } from "node:os";
import { Login } from "../../recipe/login";
import { demoKickstart, writeRequest } from "../../__tests__/support/request";
import { timed } from "../measure";
import { comparison, type Row } from "../row";
import { inTemporaryFolder } from "../temporary";
import { builder } from "./builder";

const IMAGES = 8;

/**
 * Eight images one after the other, and all at once: whole installations that nobody logs in to. One round, whatever is
 * asked for, as it takes long enough.
 */
export async function manyRows(): Promise<Row[]> {
  const before = freemem();
  let least = before;
  const watch = setInterval(() => (least = Math.min(least, freemem())), 500);
  try {
    const serial = await wall(async (files) => {
      for (const file of files) await build(file);
    });
    least = before;
    const together = await wall((files) => Promise.all(files.map(build)));
    const row = comparison(
      `${IMAGES} images at once (installations of the demo image)`,
      [together],
      "one after the other",
      [serial],
      0.75,
    );
    const gib = ((before - least) / 2 ** 30).toFixed(1);
    return [{ ...row, result: `${row.result}; at most ${gib} GiB more memory in use, the page cache included` }];
  } finally {
    clearInterval(watch);
  }
}

async function wall(work: (files: readonly string[]) => Promise<unknown>): Promise<number> {
  return inTemporaryFolder(async (store) => {
    const files = Array.from({ length: IMAGES }, (_, index) => {
      const kickstart = `# ${index + 1}\n${demoKickstart().replace(/^reboot$/m, "poweroff")}`;
      return writeRequest(store, { name: `demo-${index + 1}`, kickstart, buildLogin: Login.none() }).file;
    });
    const begun = performance.now();
    await work(files);
    return (performance.now() - begun) / 1000;
  });
}

async function build(file: string): Promise<void> {
  const { seconds } = await timed(builder(file, { OS_IMAGES_NO_VALIDATE: "1" }));
  process.stderr.write(`  ${file.split("/").at(-5)}: ${seconds.toFixed(1)} s\n`);
}
