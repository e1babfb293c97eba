import type { PlannedImage } from "./planned";

/** File name of an image's page. */
export function pageOf({ stack, name }: Pick<PlannedImage, "stack" | "name">): string {
  return `${[stack, name].map((part) => part.replace(/[^A-Za-z0-9_-]/g, "_")).join(".")}.html`;
}
