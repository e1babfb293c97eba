import { packerTemplate } from "../../../recipe/template";
import { resolveImage } from "../../../recipe/resolve";
import { toHcl } from "../../../review/hcl";
import { DEMO_INSTALLER } from "../../../kickstart/demo";
import { InstallMedium } from "../../../recipe/medium";
import { SOME_SHA256 } from "../../support/app";

describe("toHcl", () => {
  it("writes blocks with their labels, and a reference without quotes", () => {
    const template = {
      packer: { required_plugins: { qemu: { source: "github.com/hashicorp/qemu", version: ">= 1.0.9" } } },
      variable: { cpus: { type: "number", default: 1 } },
      source: { qemu: { image: { cpus: "${var.cpus}", vm_name: "a-${var.cpus}", boot: ["<enter>"] } } },
      build: { sources: ["source.qemu.image"], provisioner: [{ shell: { inline: ["true"] } }] },
    };
    expect(toHcl(template)).toBe(`packer {
  required_plugins {
    qemu = {
      source = "github.com/hashicorp/qemu"
      version = ">= 1.0.9"
    }
  }
}

variable "cpus" {
  type = "number"
  default = 1
}

source "qemu" "image" {
  cpus = var.cpus
  vm_name = "a-\${var.cpus}"
  boot = ["<enter>"]
}

build {
  sources = ["source.qemu.image"]
  provisioner "shell" {
    inline = ["true"]
  }
}
`);
  });

  it("writes a text of several lines as a heredoc", () => {
    expect(toHcl({ build: { text: "one\ntwo\n" } })).toBe("build {\n  text = <<-EOT\n    one\n    two\n  EOT\n}\n");
  });

  it("has each property of an image's source when the template is real", () => {
    const image = resolveImage(
      {
        name: "some",
        release: DEMO_INSTALLER,
        medium: InstallMedium.iso({ url: "/media/some.iso", checksum: `sha256:${SOME_SHA256}` }),
      },
      { isoChecksum: `sha256:${SOME_SHA256}`, installSecrets: [], steps: [] },
    );
    const template = packerTemplate(image) as { source: { qemu: { image: Record<string, unknown> } } };
    const text = toHcl(template);
    for (const name of Object.keys(template.source.qemu.image)) expect(text).toContain(`\n  ${name} = `);
  });
});
