import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InstallProgress } from "../../../builder/install-progress";
import { Screen } from "../../../builder/screen";

function progressOf(lines: readonly string[], secondsEach = 0): string[] {
  let now = 0;
  const logged: string[] = [];
  const progress = new InstallProgress(
    (line) => logged.push(line),
    () => now,
  );
  for (const line of lines) {
    progress.line(line);
    now += secondsEach;
  }
  return logged;
}

test("progress of a real installation is reported", async () => {
  const lines: string[] = [];
  const screen = new Screen((line) => lines.push(line));
  await screen.write(readFileSync(join(__dirname, "..", "..", "data", "consoles", "el9-boot-loader-question.raw")));
  expect(progressOf(lines, 1)).toEqual([
    "Starting automated install",
    "Setting up the installation environment",
    "Configuring storage",
    "Running pre-installation scripts",
    "Running pre-installation tasks",
    "Downloading 0 %",
    "Downloading 30 %",
    "Downloading 60 %",
    "Downloading 90 %",
    "Downloading 100 %",
    "Installing 31 %",
    "Installing 100 %",
    "Installing boot loader",
  ]);
});

test.each([
  ["packages", "Installing bash.x86_64 (12/345)", "Installing 12 of 345"],
  ["packages of EL 7", "Installing rootfiles (328/328)", "Installing 328 of 328"],
  ["packages in another language", "Installieren von bash.x86_64 (12/345)", "Installieren 12 of 345"],
  ["an image", "Installing http://10.0.2.2:8099/root.tar.gz (45%)", "Installing 45 %"],
  ["a download", "Downloading 345 RPMs, 12.3 MiB / 400.1 MiB (3%) done.", "Downloading 3 %"],
  ["a step after dots", "..Installing boot loader", "Installing boot loader"],
])("%s", (_what, line, expected) => {
  expect(progressOf([line])).toEqual([expected]);
});

test.each(["Configuring bash.x86_64", " * shell is available on TTY2", "(Automatic partitioning", "..."])(
  "no progress: %s",
  (line) => {
    expect(progressOf([line])).toEqual([]);
  },
);

test("345 packages in ten minutes are no more than 22 lines", () => {
  const packages = Array.from({ length: 345 }, (_, index) => `Installing p${index}.noarch (${index + 1}/345)`);
  const logged = progressOf(packages, 600 / 345);
  expect(logged.length).toBeLessThanOrEqual(22);
  expect(logged.at(-1)).toBe("Installing 345 of 345");
});

test("a guest that prints new steps for ever gets 500 lines", () => {
  expect(progressOf(Array.from({ length: 9000 }, (_, index) => `word${index} ${index % 100}%`))).toHaveLength(500);
});
