import { join } from "node:path";
import { format, resolveConfig } from "prettier";

/** TypeScript as prettier writes it, by the settings of the project that the command runs in. */
export async function formatTypeScript(source: string): Promise<string> {
  const settings = await resolveConfig(join(process.cwd(), "kickstart.ts"));
  return format(source, { ...settings, parser: "typescript" });
}
