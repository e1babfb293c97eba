# Finds an image in a store of os-images. It needs no provider: the store is read with Terraform's own functions.

terraform {
  required_version = ">= 1.5.0"
}

locals {
  folder = "${abspath(var.store)}/${var.name}"

  # An image exists if and only if its manifest does: it is written last, after the disk was checked.
  fingerprints = [
    for file in fileset(local.folder, "*/manifest.json") : dirname(file)
    if can(regex("^[0-9a-f]{12}$", dirname(file)))
  ]
  manifests = {
    for digits in local.fingerprints : digits => try(jsondecode(file("${local.folder}/${digits}/manifest.json")), null)
  }

  # A manifest that cannot be read, or has another version, is no image that this module knows.
  images = {
    for digits, manifest in local.manifests : digits => {
      fingerprint = manifest.fingerprint
      created_at  = manifest.createdAt
      path        = "${local.folder}/${digits}/${manifest.disk.file}"
      sha256      = manifest.disk.sha256
      format      = manifest.disk.format
      firmware    = manifest.firmware
    }
    if manifest != null && try(manifest.manifestVersion, 1) == 1
  }

  # Times of one form (ISO 8601, UTC) sort as text.
  by_time = sort([for digits, image in local.images : "${image.created_at} ${digits}"])
  newest  = reverse(split(" ", try(reverse(local.by_time)[0], "-")))[0]

  chosen = var.fingerprint == "newest" ? local.newest : substr(var.fingerprint, 0, 12)
  found  = try(var.fingerprint == "newest" || startswith(local.images[local.chosen].fingerprint, var.fingerprint), false)
  image  = local.found ? local.images[local.chosen] : null

  present = join(", ", [for line in reverse(local.by_time) : reverse(split(" ", line))[0]])
  unknown = [for digits in local.fingerprints : digits if !contains(keys(local.images), digits)]
}

# What the state was last applied with: a plan shows the old and the new image side by side, and fails here with one
# message where there is none. A destroy does not look.
resource "terraform_data" "image" {
  input = { name = var.name, fingerprint = try(local.image.fingerprint, null) }

  lifecycle {
    precondition {
      condition = local.found
      error_message = join("", [
        "There is no image ${var.name}/${var.fingerprint} in the store ${abspath(var.store)}: ",
        length(local.images) > 0 ? "it has ${var.name}/${local.present}. " : "it has none of that name. ",
        length(local.unknown) > 0 ? "This module cannot read ${join(", ", local.unknown)}: use the one of the os-images that built it. " : "",
        "Write one of these, correct \"store\" and \"name\", or deploy the image's stack first.",
      ])
    }
    precondition {
      condition = !local.found || try(fileexists(local.image.path), false)
      error_message = join("", [
        "The image ${var.name}/${local.chosen} has lost its disk ${try(local.image.path, "")}. ",
        "Run `npx os-images verify ${var.name}` and deploy the image's stack again: it is then built anew.",
      ])
    }
  }
}
