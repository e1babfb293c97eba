import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

/** Names under which distributions install Chromium or Chrome. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

const folders = (process.env["PATH"] ?? "").split(delimiter);
const program = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));

/** `it`, or a skipped one with the reason in its name if there is no browser. */
export function itInBrowser(name: string, test: () => Promise<void>): void {
  if (program === undefined) it.skip(`${name} (skipped: no Chromium on PATH; apt-get install chromium)`, test);
  else it(name, test, 60_000);
}

/** A page of Chromium for each scheme, given to a function; the browser ends with it. What the page prints is returned. */
export async function inBrowser(use: (page: import("playwright-core").Page) => Promise<void>): Promise<string[]> {
  // As root, Chromium starts without its sandbox only.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: program ?? "", args });
  try {
    const printed: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ colorScheme });
      const page = await context.newPage();
      page.on("console", (message) => printed.push(message.text()));
      page.on("pageerror", (error) => printed.push(error.message));
      await use(page);
    }
    return printed;
  } finally {
    await browser.close();
  }
}
