import { diffLines } from "diff";
import type { TextChange } from "./compare";
import { markup, type Html } from "./html";

/** Unchanged lines that are shown before and after a change. */
const CONTEXT = 3;

/** A longer comparison would take seconds. */
const LONGEST_EDIT = 2000;

interface Row {
  readonly kind: "same" | "changed" | "skipped";
  readonly before?: readonly [number, string];
  readonly after?: readonly [number, string];
}

/** Two texts side by side; of what is the same, the lines near a change. */
export function diffView({ file, before, after }: TextChange): Html {
  const rows = rowsOf(before, after);
  if (rows === undefined) return markup`<p>${file}: too much has changed to show line by line.</p>`;
  const cell = (side: readonly [number, string] | undefined, mark: string): Html =>
    side === undefined
      ? markup`<td class="n"></td>
          <td></td>`
      : markup`<td class="n">${side[0]}</td>
          <td class="${mark}">${side[1]}</td>`;
  return markup`<div class="wide" tabindex="0" role="group" aria-label="${file}, before and after">
    <table class="code diff">
      <caption>
        ${file}: before and after
      </caption>
      ${rows.map(({ kind, before: left, after: right }) => {
        if (kind === "skipped")
          return markup`<tr>
            <td class="n">⋮</td>
            <td></td>
            <td class="n">⋮</td>
            <td></td>
          </tr>`;
        const [removed, added] = kind === "same" ? ["", ""] : ["removed", "added"];
        return markup`<tr>
          ${cell(left, removed)}${cell(right, added)}
        </tr>`;
      })}
    </table>
  </div>`;
}

function rowsOf(before: string, after: string): Row[] | undefined {
  const changes = diffLines(before, after, { maxEditLength: LONGEST_EDIT });
  if (changes === undefined) return undefined;
  const rows: Row[] = [];
  let [left, right] = [1, 1];
  for (let index = 0; index < changes.length; index++) {
    const change = changes[index];
    const lines = linesOf(change?.value);
    if (change?.removed) {
      const next = changes[index + 1];
      const added = next?.added ? linesOf(next.value) : [];
      if (next?.added) index++;
      for (let line = 0; line < Math.max(lines.length, added.length); line++) {
        const [old, fresh] = [lines[line], added[line]];
        rows.push({
          kind: "changed",
          ...(old !== undefined && { before: [left++, old] as const }),
          ...(fresh !== undefined && { after: [right++, fresh] as const }),
        });
      }
    } else if (change?.added) {
      rows.push(...lines.map((line): Row => ({ kind: "changed", after: [right++, line] })));
    } else {
      rows.push(...lines.map((line): Row => ({ kind: "same", before: [left++, line], after: [right++, line] })));
    }
  }
  return nearChanges(rows);
}

function nearChanges(rows: readonly Row[]): Row[] {
  const near = new Set<number>();
  rows.forEach(({ kind }, index) => {
    if (kind === "same") return;
    for (let at = index - CONTEXT; at <= index + CONTEXT; at++) near.add(at);
  });
  return rows.flatMap((row, index) =>
    near.has(index) ? [row] : index === 0 || near.has(index - 1) ? [{ kind: "skipped" as const }] : [],
  );
}

function linesOf(text = ""): string[] {
  return text.replace(/\n$/, "").split("\n");
}
