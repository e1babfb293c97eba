/**
 * Plants 200 mistakes in sound kickstarts and counts which are found, and when; in their typed forms too, where they can be
 * written there:
 * `npm run test:mutations -- [--list] [--write] [FOLDER]`. The kickstarts are this project's own templates, rendered, and
 * those in bench/kickstarts; FOLDER adds the ones of a folder that are sound on their own (named for their release:
 * rhel9-*.cfg). Then those of unseen.ts are planted. `--list` shows what was not found, `--write` puts the tables into
 * docs/kickstart-checks.md.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ImageContext } from "../../kickstart/checks/context";
import { DOCS_FILE, withBlock } from "../../scripts/write-check-docs";
import { findPython } from "../../kickstart/checks/parser";
import { validateKickstarts, type KickstartFile } from "../../kickstart/checks/validate";
import { OsRelease } from "../../recipe/release";
import { MISTAKES, type Mistake } from "./mistakes";
import { foundByCompiler } from "./typed";
import { UNSEEN } from "./unseen";

const WANTED = 200;

interface Sample extends KickstartFile {
  /** Whether its text is known when the app is synthesized; a Terraform template is rendered by the plan. */
  readonly known: boolean;
}

interface Mutant {
  readonly sample: Sample;
  readonly mistake: Mistake;
  readonly text: string;
}

interface Result {
  readonly kind: string;
  readonly when: When;
  /** Whether the compiler finds it in the typed form; undefined where it cannot be written there. */
  readonly compiled: boolean | undefined;
}

type When = "synth" | "before Packer" | "remark" | "never";

async function main(words: readonly string[]): Promise<void> {
  const folder = words.find((word) => !word.startsWith("--"));
  const candidates = [...ownTemplates(), ...readyFiles(), ...(folder === undefined ? [] : corpus(folder))];
  const before = validateKickstarts(candidates, { today: new Date("2026-11-01") });
  const samples = candidates.filter((_, index) => before[index]!.every(({ severity }) => severity !== "error"));
  const known = new Map(candidates.map((sample, index) => [sample, new Set(before[index]!.map(toKey))]));
  const mutants = choose(samples.flatMap(mutantsOf));
  const after = validateKickstarts(
    mutants.map(({ sample, text }) => ({ ...sample, text })),
    { today: new Date("2026-11-01"), cacheFolder: false },
  );
  const trials = mutants.map(({ sample, mistake }) => {
    return { path: sample.path, text: sample.text, dialect: sample.release.dialect, mistake };
  });
  const compiled = await foundByCompiler(trials, findPython().path);
  const results = mutants.map((mutant, index) => {
    const fresh = after[index]!.filter((finding) => !known.get(mutant.sample)!.has(toKey(finding)));
    const loud = fresh.some(({ severity }) => severity !== "info");
    const when: When = loud ? (mutant.sample.known ? "synth" : "before Packer") : fresh.length > 0 ? "remark" : "never";
    return {
      ...mutant,
      kind: mutant.mistake.kind,
      when,
      compiled: compiled[index],
      codes: [...new Set(fresh.map(({ code }) => code))],
    };
  });
  const table = `${toTable(results, samples.length)}\n${unseen(words.includes("--list"))}`;
  process.stdout.write(table);
  if (words.includes("--list")) {
    for (const { when, kind, mistake, sample, codes } of results) {
      if (!["synth", "before Packer"].includes(when))
        console.log(`${when}: ${kind}: ${mistake.title} (${sample.path}) ${codes.join(" ")}`);
    }
  }
  if (words.includes("--write"))
    writeFileSync(DOCS_FILE, withBlock(readFileSync(DOCS_FILE, "utf8"), "mutations", table));
}

/** How those mistakes come out that the rules were not made for. */
function unseen(list: boolean): string {
  const sample = readyFiles()[0]!;
  const mistakes = UNSEEN.flatMap((series) => series.mistakes);
  const texts = mistakes.map(({ title, find, write }) => {
    const text = sample.text.replace(find, write);
    if (text === sample.text) throw new Error(`"${title}" cannot be planted in ${sample.path}`);
    return text;
  });
  const [sound, ...found] = validateKickstarts(
    [sample.text, ...texts].map((text) => ({ ...sample, text })),
    { today: new Date("2026-11-01"), cacheFolder: false },
  );
  const known = new Set(sound!.map(toKey));
  const outcomes = new Map(
    mistakes.map((mistake, index) => {
      const fresh = found[index]!.filter((finding) => !known.has(toKey(finding)));
      const worst = (["error", "warning"] as const).find((one) => fresh.some(({ severity }) => severity === one));
      const outcome = worst ?? "missed";
      if (list && (outcome === "missed" || (mistake.stops && outcome !== "error")))
        console.log(`${outcome}: unseen: ${mistake.title}`);
      return [mistake, outcome];
    }),
  );
  const rows = UNSEEN.flatMap(({ name, mistakes: series, before }) =>
    [true, false].map((stops) => {
      const of = series.filter((mistake) => mistake.stops === stops).map((mistake) => outcomes.get(mistake));
      const now = ["error", "warning", "missed"].map((what) => of.filter((outcome) => outcome === what).length);
      const what = stops ? "stop the installation or the build" : "only make another image than was meant";
      const then = stops ? before.stops : before.goesOn;
      return `| ${name}: ${what} | ${of.length} | ${then.join(" / ")} | ${now.join(" / ")} |`;
    }),
  );
  return [
    `${mistakes.length} mistakes of kinds that no rule was made for, in ${UNSEEN.length} series, planted in ${sample.path} (error / warning / missed):`,
    "",
    "| Series of mistakes that | Planted | Before | Since their classes have rules |",
    "| --- | ---: | ---: | ---: |",
    ...rows,
    "",
  ].join("\n");
}

/** One finding without its line, which a planted line moves. */
function toKey({ code, message }: { code: string; message: string }): string {
  return `${code} ${message.replace(/\(line \d+\)/g, "")}`;
}

/** Every place of every mistake in one kickstart. */
function mutantsOf(sample: Sample): Mutant[] {
  const fitting = MISTAKES.filter(({ fineIn }) => fineIn !== sample.release.dialect);
  return fitting
    .flatMap((mistake) => {
      const { find, write } = mistake;
      const everywhere = [...sample.text.matchAll(new RegExp(find.source, `${find.flags.replace("g", "")}g`))];
      return everywhere.slice(0, 3).map((match) => {
        const start = match.index;
        const text = sample.text.slice(0, start) + sample.text.slice(start).replace(find, write);
        return { sample, mistake, text };
      });
    })
    .filter(({ text }) => text !== sample.text);
}

/** 200 of all, spread evenly over the mistakes: one of each first, then further places and kickstarts. */
function choose(all: readonly Mutant[]): Mutant[] {
  const byMistake = new Map<string, Mutant[]>();
  for (const mutant of all) {
    const key = `${mutant.mistake.kind}: ${mutant.mistake.title}`;
    byMistake.set(key, [...(byMistake.get(key) ?? []), mutant]);
  }
  const chosen: Mutant[] = [];
  for (let round = 0; chosen.length < WANTED; round++) {
    const row = [...byMistake.values()].flatMap((mutants, index) =>
      round < mutants.length ? [mutants[(index + round) % mutants.length]!] : [],
    );
    if (row.length === 0) throw new Error(`there are only ${chosen.length} different mistakes to plant`);
    const step = Math.max(1, row.length / (WANTED - chosen.length));
    for (let index = 0; index < row.length && chosen.length < WANTED; index += step)
      chosen.push(row[Math.floor(index)]!);
  }
  return chosen;
}

function toTable(results: readonly Result[], samples: number): string {
  const kinds = [...new Set(results.map(({ kind }) => kind))].sort((a, b) => order(a) - order(b));
  const row = (name: string, of: readonly Result[]) => {
    const count = (when: When) => of.filter((one) => one.when === when).length;
    const typed = of.filter(({ compiled }) => compiled !== undefined);
    const compile = typed.length === 0 ? "" : `${typed.filter(({ compiled }) => compiled).length} of ${typed.length}`;
    return `| ${name} | ${of.length} | ${compile} | ${count("synth")} | ${count("before Packer")} | ${count("remark")} | ${count("never")} |`;
  };
  return [
    `${results.length} mistakes planted one at a time in ${samples} kickstarts (\`npm run test:mutations\`):`,
    "",
    "| Mistake | Planted | Typed: at compile | At synth | Before Packer | Only a remark | Never |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...kinds.map((kind) =>
      row(
        kind,
        results.filter((one) => one.kind === kind),
      ),
    ),
    row("**all**", results),
    "",
  ].join("\n");
}

function order(kind: string): number {
  return MISTAKES.findIndex((mistake) => mistake.kind === kind);
}

/** The templates of main.ts with values as main.ts gives them. */
function ownTemplates(): Sample[] {
  const folder = join(__dirname, "..", "..", "kickstart");
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample admin";
  const values: Readonly<Record<string, string>> = {
    hostname: "machine",
    admin_key: key,
    install_url: "http://vault.centos.org/7.9.2009/os/x86_64/",
    root_password: "@@secret:ROOT_PASSWORD@@",
    "repo.name": "updates",
    "repo.baseurl": "http://vault.centos.org/7.9.2009/updates/x86_64/",
  };
  const image = {
    diskInterface: "virtio",
    firmware: "bios",
    memoryMiB: 2048,
    diskMiB: 10240,
    delivery: "http",
    bootLine: "",
  } as const;
  const buildKey = { kind: "buildKey", username: "packer" } as const;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".cfg.tmpl"))
    .map((name) => {
      const id = name.slice(0, -".cfg.tmpl".length);
      const text = readFileSync(join(folder, name), "utf8")
        .replace(/^%\{.*~\}\n/gm, "")
        .replace(/(?<!\$)\$\{([\w.]+)\}/g, (whole, variable: string) => values[variable] ?? whole)
        .replaceAll("$${", "${");
      const login = id === "centos7" ? ({ kind: "password", username: "root" } as const) : buildKey;
      return {
        path: `kickstart/${name}`,
        text,
        release: OsRelease.byId(id),
        context: { ...image, login },
        known: false,
      };
    });
}

function readyFiles(): Sample[] {
  const packer = { kind: "buildKey", username: "packer" } as const;
  const common = { firmware: "bios", memoryMiB: 2048, diskMiB: 20480, delivery: "http", bootLine: "" } as const;
  const images: Readonly<Record<string, readonly [OsRelease, ImageContext]>> = {
    "server-lvm": [OsRelease.ROCKY_9, { ...common, diskInterface: "virtio", login: packer }],
    "server-uefi": [
      OsRelease.ALMA_10,
      { ...common, diskInterface: "nvme", firmware: "uefi", login: { kind: "buildKey", username: "builder" } },
    ],
    "static-cd": [OsRelease.ROCKY_8, { ...common, diskInterface: "sata", delivery: "cd", login: { kind: "none" } }],
    "image-copy": [OsRelease.FEDORA_44, { ...common, diskInterface: "virtio", login: packer }],
    "password-login": [
      OsRelease.ORACLE_9,
      { ...common, diskInterface: "virtio-scsi", login: { kind: "password", username: "root" } },
    ],
  };
  return Object.entries(images).map(([name, [release, context]]) => {
    const path = `bench/kickstarts/${name}.cfg`;
    return {
      path,
      text: readFileSync(join(__dirname, "..", "..", "bench", "kickstarts", `${name}.cfg`), "utf8"),
      release,
      context,
      known: true,
    };
  });
}

function corpus(folder: string): Sample[] {
  return readdirSync(folder).map((name) => {
    const release = OsRelease.byId(name.split("-")[0]!);
    return {
      path: basename(name),
      text: readFileSync(join(folder, name), "utf8"),
      release,
      context: { bootLine: "" },
      known: true,
    };
  });
}

void main(process.argv.slice(2));
