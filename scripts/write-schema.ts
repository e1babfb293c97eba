import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { exportRequestSchema } from "../platforms/export-request";
import { requestSchema } from "../recipe/request";
import { contentsSchema } from "../store/contents";
import { exportManifestSchema, manifestSchema } from "../store/manifest";

/** The JSON Schemas of what the store holds, by file name. */
export function schemas(): Readonly<Record<string, string>> {
  const text = (schema: z.ZodType): string =>
    `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), undefined, 2)}\n`;
  return {
    "build.schema.json": text(requestSchema),
    "manifest.schema.json": text(manifestSchema),
    "contents.schema.json": text(contentsSchema),
    "export.schema.json": text(exportRequestSchema),
    "export-manifest.schema.json": text(exportManifestSchema),
  };
}

if (require.main === module) {
  for (const [name, text] of Object.entries(schemas())) writeFileSync(join(__dirname, "..", "schema", name), text);
}
