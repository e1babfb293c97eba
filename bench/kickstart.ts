/**
 * What the typed kickstart costs: rendering at synth, converting files, and type-checking the bindings.
 * Run by `npx tsx bench/kickstart.ts`; prints one JSON object, times in milliseconds. Rendering and type-checking
 * are medians of this process's own CPU time, so that other work on the machine does not count; converting is wall time.
 */
import { join } from "node:path";
import ts from "typescript";
import { convertKickstart } from "../kickstart/convert/convert";
import { KickstartReader } from "../kickstart/convert/reader";
import { post, rhel9, type Rhel9 } from "../imports/kickstart/rhel9";
import { renderKickstart } from "../kickstart/syntax/render";
import { requireTool } from "../host/find";

const FILES = 500;

const typical: Rhel9 = {
  lang: "en_US.UTF-8",
  keyboard: { vckeymap: "us", xlayouts: ["us"] },
  timezone: { timezone: "Etc/UTC", utc: true },
  network: [{ bootproto: "dhcp", device: "link", activate: true, hostname: "demo" }],
  rootpw: { lock: true },
  user: [{ name: "packer", groups: ["wheel"] }],
  sshkey: [{ username: "packer", key: "@@ssh_key@@" }],
  zerombr: true,
  clearpart: { all: true, initlabel: true },
  bootloader: { location: "mbr", bootDrive: "vda", append: "console=ttyS0" },
  part: [
    { mountpoint: "/boot", fstype: "xfs", size: 1024 },
    { mountpoint: "/", fstype: "xfs", size: 1, grow: true },
  ],
  packages: { environment: "minimal-environment", install: ["sudo"], exclude: ["iwl*firmware"] },
  scripts: [post({ body: "echo hello\n".repeat(40) })],
  reboot: true,
};

async function main(): Promise<void> {
  const text = renderKickstart(rhel9, typical);
  const rendering = medianOf(200, () => renderKickstart(rhel9, typical));
  const started = performance.now();
  const reader = new KickstartReader(requireTool("python").path);
  for (let file = 0; file < FILES; file++) {
    await convertKickstart(reader, rhel9, `${file}.ks`, `${text}# ${file}\n`, "os-images/kickstart/rhel9");
  }
  reader.close();
  const converting = performance.now() - started;
  // The first runs are slower, whatever they check.
  typeCheck("");
  const types = ["rhel9", "rhel7, rhel8, rhel9, rhel10, fedora44, fedora45"].map((names) => [names, typeCheck(names)]);
  const result = {
    renderOneKickstart: round(rendering),
    [`convert${FILES}FilesInOneProcess`]: round(converting),
    typeCheckWithoutBindings: round(typeCheck("")),
    typeCheckWith: Object.fromEntries(types) as Record<string, number>,
  };
  console.log(JSON.stringify(result, null, 2));
}

/** Time to check a program of one small kickstart for each of the dialects named. */
function typeCheck(names: string): number {
  const dialects = names.split(", ").filter(Boolean);
  const folder = join(__dirname, "..", "imports", "kickstart");
  const lines = dialects.flatMap((name) => {
    const type = name.replace(/^./, (letter) => letter.toUpperCase());
    const from = JSON.stringify(join(folder, name));
    return [`import type { ${type} } from ${from};`, `export const ${name}: ${type} = { lang: "C", text: true };`];
  });
  const file = join(folder, "bench.ts");
  const options: ts.CompilerOptions = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2023, types: [] };
  const runs = Array.from({ length: 5 }, () => {
    const host = ts.createCompilerHost(options);
    const getSourceFile = host.getSourceFile.bind(host);
    const fileExists = host.fileExists.bind(host);
    host.getSourceFile = (name, version) =>
      name === file ? ts.createSourceFile(name, lines.join("\n"), version) : getSourceFile(name, version);
    host.fileExists = (name) => name === file || fileExists(name);
    const started = cpuMilliseconds();
    ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
    return cpuMilliseconds() - started;
  });
  return round(median(runs));
}

function medianOf(runs: number, work: () => unknown): number {
  return median(
    Array.from({ length: runs }, () => {
      const started = cpuMilliseconds();
      work();
      return cpuMilliseconds() - started;
    }),
  );
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function round(milliseconds: number): number {
  return Number(milliseconds.toPrecision(3));
}

void main();
