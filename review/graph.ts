import type { ReviewedImage } from "./compare";
import { Html } from "./html";
import { pageOf } from "./names";

/** A larger picture cannot be read. */
export const LARGEST_GRAPH = 60;

/** The images and what takes them, as an SVG picture; an image's node is a link to its page. */
export async function graphView(images: readonly ReviewedImage[]): Promise<Html> {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  const font = { fontname: "sans-serif", fontsize: 12 };
  const consumers = [
    ...new Set(images.flatMap(({ planned }) => planned.consumers.map((name) => node(planned.stack, name)))),
  ];
  const svg = viz.renderString(
    {
      graphAttributes: { rankdir: "LR", bgcolor: "transparent", ...font },
      nodeAttributes: { shape: "box", style: "rounded,filled", ...font },
      nodes: [
        ...images.map(({ planned, state }) => ({
          name: `image ${planned.stack} ${planned.name}`,
          attributes: { label: `${planned.name}\n${state}`, URL: pageOf(planned), class: state },
        })),
        ...consumers.map((name) => ({ name, attributes: { label: name.replace(/^.*\0/, ""), shape: "ellipse" } })),
      ],
      edges: images.flatMap(({ planned }) =>
        planned.consumers.map((name) => ({
          tail: `image ${planned.stack} ${planned.name}`,
          head: node(planned.stack, name),
        })),
      ),
    },
    { format: "svg" },
  );
  return new Html(`<div class="graph">${svg.slice(svg.indexOf("<svg"))}</div>`);
}

/** Stacks are one node each; resources of two stacks may have the same address. */
function node(stack: string, consumer: string): string {
  return consumer.startsWith("stack ") ? consumer : `${stack}\0${consumer}`;
}
