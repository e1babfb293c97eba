# An item of a content library from the export for VMware of an image that os-images built: Platform.vmware(...) in the image's
# stack. Machines are cloned from it: template_uuid of vsphere_virtual_machine is the item's id.
terraform {
  required_providers {
    vsphere = {
      source  = "vmware/vsphere"
      version = ">= 2.15"
    }
  }
}

variable "image_state" {
  type        = string
  description = "State file of the image's stack, such as terraform.web.tfstate."
}

variable "library" {
  type        = string
  description = "Name of the content library."
}

data "terraform_remote_state" "image" {
  backend = "local"
  config  = { path = var.image_state }
}

locals {
  image = data.terraform_remote_state.image.outputs
}

data "vsphere_content_library" "images" {
  name = var.library
}

# The name has the fingerprint in it: a new image is a new item, and what uses the old one is replaced before it goes.
resource "vsphere_content_library_item" "web" {
  name       = "web-${substr(local.image.vmware_fingerprint, 0, 12)}"
  library_id = data.vsphere_content_library.images.id
  type       = "ovf"
  file_url   = local.image.vmware_path

  lifecycle {
    create_before_destroy = true
  }
}

output "item" {
  value = vsphere_content_library_item.web.id
}
