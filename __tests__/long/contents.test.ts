import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../builder/main";
import { readContents } from "../../store/contents";
import { pathsOfImage } from "../../store/layout";
import { osImages } from "../support/fake-store";
import { writeRequest } from "../support/request";
import { copyOut } from "../support/secrets/disk";
import { temporaryFolder } from "../support/temporary";

const folder = temporaryFolder("contents");
const store = join(folder, "images");

/** A script that makes and installs packages of no files, each "name version". */
function install(packages: readonly string[], more: string): string {
  return `#!/bin/sh
set -eu
cd "$(mktemp -d)"
while read -r name version; do
  mkdir -p "$name/DEBIAN"
  printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\nMaintainer: nobody\\nDescription: none\\n' "$name" "$version" \\
    > "$name/DEBIAN/control"
  dpkg-deb -Znone --build "$name" >/dev/null
  dpkg --install "$name.deb" >/dev/null
done <<'PACKAGES'
${packages.join("\n")}
PACKAGES
${more}
`;
}

const BEFORE = install(["shop-web 1.4.0-1", "shop-agent 2:0.9-3"], "");
const AFTER = install(
  ["shop-web 1.4.2-1", "shop-metrics 3.1-1"],
  `useradd --system --home-dir /var/lib/shop --shell /usr/sbin/nologin shop
cat > /etc/systemd/system/shop-web.service <<'UNIT'
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
UNIT
systemctl enable shop-web.service`,
);

test("two revisions of an image that differ in three packages are told apart by what is in them", async () => {
  const built = [];
  for (const script of [BEFORE, AFTER]) {
    const { file, request } = writeRequest(store, { scripts: [script], revision: "2026-11" });
    built.push({ request, manifest: await build(file, { write: () => undefined }) });
  }
  const titles = built.map(({ request }) => `demo/${request.fingerprint.slice(0, 12)}`);
  const [before = "", after = ""] = titles;
  const { status, stdout } = osImages(store, "diff", before, after, "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    contents: {
      packages: {
        added: [{ kind: "deb", name: "shop-metrics", version: "3.1-1", arch: "all" }],
        removed: [{ kind: "deb", name: "shop-agent", version: "2:0.9-3", arch: "all" }],
        updated: [{ name: "shop-web", from: "1.4.0-1", to: "1.4.2-1" }],
      },
      users: { added: [{ name: "shop", home: "/var/lib/shop", shell: "/usr/sbin/nologin" }], removed: [] },
      services: { added: ["shop-web.service"], removed: [] },
    },
  });
  expect(osImages(store, "diff", before, after).stdout).toContain("packages: 1 added, 1 removed, 1 updated\n");

  const { request, manifest } = built[1] ?? {};
  const paths = pathsOfImage(store, "demo", request?.fingerprint.slice(0, 12) ?? "");
  const contents = readContents(paths);
  expect(contents?.release.id).toBe("debian");
  expect(contents?.users.map(({ name }) => name)).toEqual(expect.arrayContaining(["root", "admin"]));
  expect(contents?.users.map(({ name }) => name)).not.toContain("packer");
  expect(contents?.ports).toEqual(expect.arrayContaining([{ protocol: "tcp", address: "0.0.0.0", port: 22 }]));
  expect(contents?.kernels).toHaveLength(1);
  expect(readFileSync(join(paths.image, "bom.json"), "utf8")).toContain("pkg:deb/debian/shop-web@1.4.2-1?arch=all");

  const root = join(folder, "root");
  copyOut(join(paths.image, manifest?.disk.file ?? ""), root);
  const release = readFileSync(join(root, "etc/os-images-release"), "utf8");
  expect(release).toMatch(/^NAME="demo"\nFINGERPRINT="[0-9a-f]{64}"\nREVISION="2026-11"\nDATE="[0-9T:.-]+Z"\n/);
  expect(release).toContain(request?.fingerprint ?? "no fingerprint");
}, 900_000);
