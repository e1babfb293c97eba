import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Finding } from "../kickstart/checks/finding";
import { KICKSTART_FILE, templateFile } from "../recipe/files";
import { SHORT_DIGITS } from "../recipe/fingerprint";
import type { BuildRequest } from "../recipe/request";
import { fingerprintOf } from "../store/list";
import type { Manifest } from "../store/manifest";
import { size, timeAndAge } from "../util/text-table";
import type { ReviewedImage } from "./compare";
import { diffView } from "./diff-view";
import { toHcl } from "./hcl";
import { facts, markup, type Html, page, table } from "./html";
import { highlighted, kickstartView } from "./kickstart-view";
import { changesOf, STATES } from "./overview-page";

/** The end of a console that a page shows, in bytes. */
const CONSOLE_BYTES = 16_384;

const LARGEST_PICTURE = 2 << 20;

/** The page of one image: what it is, why it changes, its kickstart and template, and its last build. */
export function imagePage(image: ReviewedImage, findings: readonly Finding[]): string {
  const { planned, state, reason } = image;
  return page(
    `${planned.name}: review`,
    markup`<header>
        <nav aria-label="Pages">
          <ul>
            <li><a href="index.html">All images</a></li>
          </ul>
        </nav>
        <h1>${planned.name}</h1>
        <p><span class="state ${state}">${state}</span>: ${reason ?? STATES[state]}</p>
        <nav aria-label="Sections">
          <ul>
            ${SECTIONS.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}
          </ul>
        </nav>
      </header>
      <main id="main">
        ${SECTIONS.map(
          ([id, title, content]) =>
            markup`<section aria-labelledby="${id}">
              <h2 id="${id}">${title}</h2>
              ${content(image, findings)}
            </section>`,
        )}
      </main>`,
  );
}

type Section = readonly [
  id: string,
  title: string,
  content: (image: ReviewedImage, findings: readonly Finding[]) => Html,
];

const SECTIONS: readonly Section[] = [
  ["description", "Description", description],
  ["changes", "What changed", changes],
  ["kickstart", "Kickstart", kickstart],
  ["template", "Packer template", template],
  ["scripts", "Scripts", scripts],
  ["build", "Last build", lastBuild],
  ["consumers", "Consumers", consumers],
];

function description({ planned: { request, fingerprint, stack, store } }: ReviewedImage): Html {
  const recipe = Object.entries(request?.recipe ?? {}).filter(([name]) => !["kickstart", "seal"].includes(name));
  return facts([
    ["Fingerprint", fingerprint === undefined ? "known in a plan" : markup`<code>${fingerprint}</code>`],
    ["Stack", stack],
    ["Store", store],
    ["Release", request?.release.title],
    ["Medium", request && mediumText(request)],
    ["Build's login", request === undefined ? undefined : Object.values(request.login).join(" ")],
    ["Sealing", request?.sealSteps.join(", ")],
    ...recipe.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const),
  ]);
}

function changes(image: ReviewedImage): Html {
  const { before, values, texts } = image;
  if (before === undefined) return markup`<p>There is no other image of this name to compare with.</p>`;
  const than = markup`<p>
    Compared with <code>${fingerprintOf(before)}</code> of ${timeAndAge(before.time)}: ${changesOf(image)}.
  </p>`;
  const rows = values.map(({ property, before: old, after }) => [property, old || "-", after || "-"]);
  return markup`${than} ${rows.length > 0 && table("Properties", ["Property", "Before", "After"], rows)}
  ${texts.map(diffView)}`;
}

function mediumText({ medium, recipe }: BuildRequest): string {
  return medium.kind === "iso" ? medium.url : `the image ${medium.name}/${recipe.base?.slice(0, SHORT_DIGITS)}`;
}

function kickstart({ planned: { request, texts } }: ReviewedImage, findings: readonly Finding[]): Html {
  if (request?.medium.kind === "image") return markup`<p>None: it is built on another image.</p>`;
  const text = texts.get(KICKSTART_FILE);
  if (text === undefined) return markup`<p>Its text is only known in a plan.</p>`;
  const counted = (["error", "warning", "info"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count > 0 ? [`${count} of severity ${severity}`] : [];
  });
  return markup`<p>Findings: ${counted.join(", ") || "none"}. Point at a command to read what it is for.</p>
    ${kickstartView(text, findings)}`;
}

function template({ planned: { name, texts } }: ReviewedImage): Html {
  const text = texts.get(templateFile(name));
  if (text === undefined) return markup`<p>Its text is only known in a plan.</p>`;
  return markup`<details>
    <summary>The template that Packer gets, as HCL</summary>
    <pre>${toHcl(JSON.parse(text))}</pre>
  </details>`;
}

function scripts({ planned: { name, texts } }: ReviewedImage): Html {
  const files = [...texts].filter(([file]) => file !== KICKSTART_FILE && file !== templateFile(name));
  if (files.length === 0) return markup`<p>None.</p>`;
  return markup`${files.map(
    ([file, text]) =>
      markup`<details>
        <summary>${file}</summary>
        <pre>${highlighted(text, "bash")}</pre>
      </details>`,
  )}`;
}

function lastBuild({ stored, before, failed }: ReviewedImage): Html {
  const failure =
    failed === undefined
      ? undefined
      : markup`<h3>Failed at ${timeAndAge(failed.time)}</h3>
          ${facts([
            ["Cause", failed.failure?.cause],
            ["Reason", failed.failure?.reason],
            ["Proof", failed.failure?.proof],
            ["Remedy", failed.failure?.remedy],
          ])}${evidence(failed.folder, failed.failure?.proof)}`;
  const image = stored ?? before;
  if (image?.manifest === undefined)
    return failure ?? markup`<p>Nothing of this name has been built in this store.</p>`;
  const which =
    stored === undefined ? markup`<p>Of the image before, <code>${fingerprintOf(image)}</code>.</p>` : undefined;
  return markup`${failure}${which}${built(image.manifest)}${evidence(image.paths.image, undefined)}`;
}

function built({ createdAt, disk, build }: Manifest): Html {
  const phases = build.phases.filter(({ seconds }) => seconds > 0);
  const longest = Math.max(...phases.map(({ seconds }) => seconds), 1);
  const bar = (seconds: number): Html =>
    markup`<span class="bar" style="width: ${((seconds / longest) * 15).toFixed(1)}rem"></span>`;
  return markup`${facts([
    ["Made", timeAndAge(createdAt)],
    ["Disk", `${disk.file}, ${size(disk.sizeBytes)}, as a disk ${size(disk.virtualSizeBytes)}`],
    ["sha256", markup`<code>${disk.sha256}</code>`],
    ["Time", `${build.seconds.toFixed(1)} s (${build.accelerator})`],
    [
      "Tools",
      Object.entries(build.tools)
        .map((tool) => tool.join(" "))
        .join(", "),
    ],
  ])}
  ${table(
    "Phases",
    ["Phase", "Seconds", "Share of the longest"],
    phases.map(({ name, seconds }) => [name, seconds.toFixed(1), bar(seconds)]),
  )}`;
}

/** The end of the console, with the line that proves the cause marked, and the screenshot. */
function evidence(folder: string, proof: string | undefined): Html {
  const text = readEnd(join(folder, "console.log"));
  const picture = join(folder, "screenshot.png");
  const shown = existsSync(picture) && statSync(picture).size <= LARGEST_PICTURE;
  const lines = (text ?? "").split("\n").map((line) => {
    const isProof = proof !== undefined && proof !== "" && line.includes(proof);
    return isProof ? markup`<mark>${line}</mark> ` : markup`${line} `;
  });
  return markup`${
    text !== undefined &&
    markup`<details>
      <summary>The end of the console</summary>
      <pre>${lines}</pre>
    </details>`
  }
  ${
    shown &&
    markup`<details>
      <summary>The screen at the end</summary>
      <img
        alt="The screen of the machine at the end of the build"
        src="data:image/png;base64,${readFileSync(picture).toString("base64")}"
      />
    </details>`
  }`;
}

function readEnd(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const end = readFileSync(file).subarray(-CONSOLE_BYTES).toString("utf8");
  return stripVTControlCharacters(end).replaceAll("\r", "");
}

function consumers({ planned: { consumers: names } }: ReviewedImage): Html {
  if (names.length === 0) return markup`<p>Nothing in this app takes it.</p>`;
  return markup`<ul>
    ${names.map((name) => markup`<li>${name}</li>`)}
  </ul>`;
}
