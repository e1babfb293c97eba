import type { CheckedImage } from "./context";

/** Commands that say what happens after the installation; pykickstart keeps the last one. */
export const ENDINGS = ["reboot", "poweroff", "shutdown", "halt"] as const;

/** How the build needs the installation to end, or undefined where the image does not tell. */
export function wantedEnd({ end, login }: CheckedImage): "reboot" | "poweroff" | undefined {
  if (end || !login) return end;
  return login.kind === "none" ? "poweroff" : "reboot";
}
