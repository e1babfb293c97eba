import { SHORT_DIGITS } from "../recipe/fingerprint";
import { fingerprintOf } from "../store/list";
import type { ReviewedImage } from "./compare";
import { graphView, LARGEST_GRAPH } from "./graph";
import { markup, type Html, page, table } from "./html";
import { pageOf } from "./names";

/** What the state of an image means for the next deploy. */
export const STATES: Readonly<Record<ReviewedImage["state"], string>> = {
  built: "in the store: nothing to build",
  damaged: "in the store, but damaged: built again after `npx os-images verify`",
  foreign: "in the store, made by another version of os-images",
  building: "being built now",
  missing: "not in the store: the next deploy builds it",
  unknown: "its fingerprint is only known in a plan: see `npx cdktf diff`",
};

/** The first page: every image of the app, what a deploy would do, and who takes it. */
export async function overviewPage(images: readonly ReviewedImage[]): Promise<string> {
  const count = (state: ReviewedImage["state"]): number => images.filter((image) => image.state === state).length;
  const summary = (Object.keys(STATES) as ReviewedImage["state"][])
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`)
    .join(", ");
  const graph =
    images.length > LARGEST_GRAPH
      ? markup`<p>The graph is left out: ${images.length} images are more than it can show.</p>`
      : await graphView(images);
  return page(
    "Review of the images",
    markup`<header>
        <h1>Images of this app</h1>
        <p>${summary || "This app has no images."}</p>
      </header>
      <main id="main">
        ${
          images.length > 0 &&
          markup`<h2>What a deploy would do</h2>
            ${table("Images", ["Image", "Stack", "Fingerprint", "State", "Changes", "Taken by"], images.map(rowOf))}
            <h2>Images and consumers</h2>
            ${graph}`
        }
      </main>`,
  );
}

function rowOf(image: ReviewedImage): (Html | string)[] {
  const { planned, state, before } = image;
  const digits = planned.fingerprint?.slice(0, SHORT_DIGITS) ?? "-";
  const old = before === undefined ? "" : fingerprintOf(before).slice(0, SHORT_DIGITS);
  return [
    markup`<a href="${pageOf(planned)}">${planned.name}</a>`,
    planned.stack,
    markup`<code>${digits}</code>${old !== "" && markup`<br />before: <code>${old}</code>`}`,
    markup`<span class="state ${state}">${state}</span>`,
    changesOf(image),
    planned.consumers.join(", ") || "nothing in this app",
  ];
}

/** What differs from the image before, in a few words. */
export function changesOf({ before, values, texts, stored }: ReviewedImage): string {
  if (before === undefined) return stored === undefined ? "the first of its name" : "the only one of its name";
  const parts = [...texts.map(({ file }) => file), ...values.map(({ property }) => property)];
  if (parts.length === 0) return "none that is known before a plan";
  return parts.join(", ");
}
