# Takes an image out of a store of os-images. Nothing of its build is needed: neither its state, nor Node.js, nor CDKTF.
variable "store" {
  type        = string
  description = "Folder of the store, such as /srv/images."
}

variable "fingerprint" {
  type        = string
  description = "The image to take; \"newest\" moves the machine with each build."
  default     = "newest"
}

module "image" {
  source      = "../../../terraform/os-image"
  store       = var.store
  name        = "demo"
  fingerprint = var.fingerprint
}

resource "null_resource" "machine" {
  triggers = { image = module.image.fingerprint }

  provisioner "local-exec" {
    command     = "qemu-img info \"$IMAGE\""
    environment = { IMAGE = module.image.path }
  }
}
