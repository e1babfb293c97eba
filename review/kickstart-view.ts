import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import type { Finding } from "../kickstart/checks/finding";
import { SUMMARIES } from "../kickstart/syntax/summaries";
import { markup, Html, withoutControls } from "./html";

hljs.registerLanguage("bash", bash);
hljs.registerLanguage("python", python);
hljs.registerLanguage("json", json);

/** What sections hold, for the explanation of their first line. */
const SECTIONS: Readonly<Record<string, string>> = {
  "%packages": "Packages, groups (@) and environments (@^) to install; a line that begins with - excludes",
  "%pre": "A script that runs before the installation, in the installer",
  "%pre-install": "A script that runs when the disks are ready, in the installer",
  "%post": "A script that runs after the installation, in the installed system",
  "%onerror": "A script that runs if the installer fails",
  "%traceback": "A script that runs if the installer crashes",
  "%addon": "Options of an add-on of the installer",
  "%anaconda": "Options of the installer itself",
  "%certificate": "A certificate that is written into the installer and the installed system",
  "%include": "Another file, read at this place",
};

/** A kickstart with line numbers, colours, what each command is for, and the findings below their lines. */
export function kickstartView(text: string, findings: readonly Finding[]): Html {
  let section: string | undefined;
  let language = "bash";
  const rows = text
    .replace(/\n$/, "")
    .split("\n")
    .map((line, index) => {
      const number = index + 1;
      const head = /^\s*(%[a-z-]+)(.*)/.exec(line);
      const inScript =
        section !== undefined && head === null && /^%(pre|pre-install|post|onerror|traceback)$/.test(section);
      if (head !== null && head[1] !== "%include") {
        section = head[1] === "%end" ? undefined : head[1];
        language = /--interpreter[= ]\S*python/.test(head[2] ?? "") ? "python" : "bash";
      }
      const shown = inScript ? highlighted(line, language) : commandLine(line, section);
      const own = findings.filter((finding) => finding.line === number);
      return markup`<tr id="L${number}">
          <td class="n">${number}</td>
          <td>${shown}</td>
        </tr>
        ${own.map(
          ({ severity, code, message }) =>
            markup`<tr class="finding ${severity}">
              <td></td>
              <td><strong>${severity} ${code}</strong> ${message}</td>
            </tr>`,
        )}`;
    });
  return markup`<div class="wide" tabindex="0" role="group" aria-label="Kickstart">
    <table class="code">
      ${rows}
    </table>
  </div>`;
}

/** A script in colours. */
export function highlighted(text: string, language: string): Html {
  const { value } = hljs.highlight(text, { language, ignoreIllegals: true });
  return new Html(withoutControls(value));
}

function commandLine(line: string, section: string | undefined): Html {
  const [, blank = "", word = "", rest = ""] = /^(\s*)(\S*)(.*)$/s.exec(line) ?? [];
  if (word.startsWith("#")) return markup`<span class="comment">${line}</span>`;
  const summary = word.startsWith("%") ? SECTIONS[word] : section === undefined ? SUMMARIES[word] : undefined;
  const shown = rest
    .split(/(@@[^@\s]+@@)/)
    .map((part, index) => (index % 2 === 1 ? markup`<span class="marker">${part}</span>` : markup`${part}`));
  if (summary !== undefined) return markup`${blank}<abbr class="section" title="${summary}">${word}</abbr>${shown}`;
  return markup`${blank}${word.startsWith("%") ? markup`<span class="section">${word}</span>` : word}${shown}`;
}
