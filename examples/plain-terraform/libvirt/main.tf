# A machine on libvirt from an image in a store of os-images. Another image makes another machine.
terraform {
  required_providers {
    libvirt = {
      source  = "dmacvicar/libvirt"
      version = "~> 0.8.3"
    }
  }
}

variable "store" {
  type        = string
  description = "Folder of the store, such as /srv/images."
}

variable "uri" {
  type        = string
  description = "The hypervisor."
  default     = "qemu:///system"
}

provider "libvirt" {
  uri = var.uri
}

module "image" {
  source = "../../../terraform/os-image"
  store  = var.store
  name   = "demo"
}

# Its name has the fingerprint in it: a new image is a new copy, and the old one goes after the machines on it.
resource "libvirt_volume" "base" {
  name   = "demo-${substr(module.image.fingerprint, 0, 12)}"
  source = module.image.path
  format = module.image.format

  lifecycle {
    create_before_destroy = true
  }
}

resource "libvirt_volume" "disk" {
  name           = "web-${substr(module.image.fingerprint, 0, 12)}"
  base_volume_id = libvirt_volume.base.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "libvirt_domain" "web" {
  name = "web-${substr(module.image.fingerprint, 0, 12)}"
  # With this provider a new disk alone does not replace a machine. A changed description does.
  description = module.image.fingerprint
  memory      = 1024

  disk {
    volume_id = libvirt_volume.disk.id
  }
  network_interface {
    network_name   = "default"
    wait_for_lease = true
  }

  lifecycle {
    create_before_destroy = true
  }
}

output "address" {
  value = libvirt_domain.web.network_interface[0].addresses[0]
}
