# What a platform team writes by hand for one machine: the same objects, with the same provider, as os-images places.
terraform {
  required_providers {
    libvirt = {
      source  = "dmacvicar/libvirt"
      version = "~> 0.8.3"
    }
  }
}

variable "uri" { type = string }
variable "pool_path" { type = string }
variable "cidr" { type = string }
variable "image" { type = string }

provider "libvirt" {
  uri = var.uri
}

resource "libvirt_pool" "web" {
  name = "hand"
  type = "dir"
  target {
    path = var.pool_path
  }
}

resource "libvirt_network" "web" {
  name      = "hand"
  mode      = "none"
  addresses = [var.cidr]
  autostart = true
  dhcp {
    enabled = true
  }
}

resource "libvirt_volume" "base" {
  name   = "base.qcow2"
  pool   = libvirt_pool.web.name
  source = var.image
  format = "qcow2"
}

resource "libvirt_volume" "disk" {
  name           = "web-0"
  pool           = libvirt_pool.web.name
  base_volume_id = libvirt_volume.base.id
  format         = "qcow2"
}

resource "libvirt_domain" "web" {
  name      = "hand-0"
  type      = "qemu"
  vcpu      = 1
  memory    = 512
  autostart = true
  cpu {
    mode = "maximum"
  }
  disk {
    volume_id = libvirt_volume.disk.id
  }
  network_interface {
    network_id     = libvirt_network.web.id
    wait_for_lease = true
  }
  console {
    type        = "pty"
    target_port = "0"
    target_type = "serial"
  }
}

output "address" {
  value = libvirt_domain.web.network_interface[0].addresses[0]
}
