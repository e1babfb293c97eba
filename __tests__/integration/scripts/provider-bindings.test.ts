import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMirrored, LIBVIRT_PROVIDER } from "../../../host/plugins";
import { LIBVIRT_BINDINGS, writeLibvirtBindings } from "../../../scripts/provider-bindings";
import { temporaryFolder } from "../../support/temporary";

const hasProvider = isMirrored([LIBVIRT_PROVIDER]);
const note = hasProvider ? "" : " (skipped: the provider is not in the cache; run npx os-images setup --libvirt)";

jest.setTimeout(120_000);

describe("the bindings of the libvirt provider", () => {
  (hasProvider ? it : it.skip)(`are what cdktf get makes of the pinned release${note}`, async () => {
    const made = temporaryFolder();
    await writeLibvirtBindings(made);
    const files = readdirSync(LIBVIRT_BINDINGS, { recursive: true, encoding: "utf8" }).sort();
    expect(readdirSync(made, { recursive: true, encoding: "utf8" }).sort()).toEqual(files);
    for (const file of files.filter((name) => name.endsWith(".ts"))) {
      expect(readFileSync(join(made, file), "utf8")).toBe(readFileSync(join(LIBVIRT_BINDINGS, file), "utf8"));
    }
  });
});
