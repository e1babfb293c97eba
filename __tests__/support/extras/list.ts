/** How an extra is gotten. All but a package of the system's have a folder of their name here, which pins it. */
export type ExtraSource =
  /** A Go package; "." is that of the folder itself. */
  | { readonly kind: "go"; readonly package: string }
  /** A program of a Python environment. */
  | { readonly kind: "venv"; readonly program: string }
  /** A folder with the packages of a package-lock.json. */
  | { readonly kind: "npm" }
  /** A program of Debian's packages, installed on this machine if that needs no password. */
  | { readonly kind: "debian"; readonly packages: string; readonly program: string };

/** What only tests use. */
export const EXTRAS = {
  actionlint: { kind: "go", package: "github.com/rhysd/actionlint/cmd/actionlint" },
  "check-jsonschema": { kind: "venv", program: "check-jsonschema" },
  versitygw: { kind: "go", package: "github.com/versity/versitygw/cmd/versitygw" },
  seaweedfs: { kind: "venv", program: "weed" },
  "independent-readers": { kind: "venv", program: "python" },
  "virt-v2v": { kind: "debian", packages: "virt-v2v", program: "virt-v2v" },
  vagrant: { kind: "debian", packages: "vagrant vagrant-libvirt", program: "vagrant" },
  vsphere: { kind: "go", package: "." },
  "fake-gcs-server": { kind: "go", package: "github.com/fsouza/fake-gcs-server" },
  "cloud-clients": { kind: "npm" },
  "packer-1.9": { kind: "go", package: "github.com/hashicorp/packer" },
  "packer-plugin-proxmox": { kind: "go", package: "github.com/hashicorp/packer-plugin-proxmox" },
  "packer-plugin-hyperv": { kind: "go", package: "github.com/hashicorp/packer-plugin-hyperv" },
} as const satisfies Record<string, ExtraSource>;

export type ExtraName = keyof typeof EXTRAS;

export function isExtra(name: string): name is ExtraName {
  return Object.hasOwn(EXTRAS, name);
}
