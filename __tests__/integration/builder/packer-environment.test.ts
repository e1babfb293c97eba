import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../../builder/main";
import { withoutPackerSettings } from "../../../builder/packer-environment";
import { cachePaths } from "../../../host/cache";
import { writeRequest } from "../../support/request";
import { temporaryFolder } from "../../support/temporary";
import { tinyImage, tinyMedium } from "../../support/tiny-medium";

let folder: string;
beforeEach(() => (folder = temporaryFolder("packer-environment")));

describe("Packer's environment", () => {
  it("has none of the user's settings or variables that would change the build", async () => {
    const elsewhere = join(folder, "elsewhere");
    const settings: Record<string, string> = {
      OS_IMAGES_NO_VALIDATE: "1",
      PKR_VAR_headless: "false",
      PKR_VAR_qemu_binary: "/no/such/qemu",
      PACKER_LOG_PATH: elsewhere,
      PACKER_TMP_DIR: elsewhere,
      PACKER_CONFIG: elsewhere,
      PACKER_WRAP_COOKIE: "49C22B1A-3A93-4C98-97FA-E07D18C787B5",
    };
    Object.assign(process.env, settings);
    try {
      const { file, image } = writeRequest(join(folder, "store"), tinyImage(tinyMedium(folder, 8)));
      await build(file, { write: () => undefined });
      expect(existsSync(join(image, "packer.log"))).toBe(true);
      expect(existsSync(elsewhere)).toBe(false);
    } finally {
      for (const name of Object.keys(settings)) delete process.env[name];
    }
  }, 60_000);

  it("has the plugins that the user installed", async () => {
    const [home, cache] = [join(folder, "home"), join(folder, "cache")];
    const changed = { HOME: home, XDG_CACHE_HOME: cache, OS_IMAGES_NO_VALIDATE: "1" };
    const before = Object.keys(changed).map((name): [string, string | undefined] => [name, process.env[name]]);
    const { bin, packerPlugins } = cachePaths();
    mkdirSync(join(home, ".config", "packer"), { recursive: true });
    symlinkSync(packerPlugins, join(home, ".config", "packer", "plugins"));
    mkdirSync(join(cache, "os-images", "tools"), { recursive: true });
    symlinkSync(bin, join(cache, "os-images", "tools", "bin"));
    Object.assign(process.env, changed);
    try {
      const { file } = writeRequest(join(folder, "store"), tinyImage(tinyMedium(folder, 8)));
      await expect(build(file, { write: () => undefined })).resolves.toHaveProperty("disk");
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }, 60_000);

  it("keeps the variables for plugin folders, and all that are not Packer's", () => {
    const kept = { PACKER_PLUGIN_PATH: "/plugins", PACKER_PLUGIN_MIN_PORT: "20000", http_proxy: "http://proxy:3128" };
    expect(withoutPackerSettings({ ...kept, PACKER_LOG: "0", HCP_PACKER_REGISTRY: "on" })).toEqual(kept);
  });
});
