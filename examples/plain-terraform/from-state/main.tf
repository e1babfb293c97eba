# Takes an image that os-images built, from the outputs of its stack's state.
variable "image_state" {
  type        = string
  description = "State file of the image's stack, such as terraform.demo.tfstate."
}

data "terraform_remote_state" "image" {
  backend = "local"
  config  = { path = var.image_state }
}

resource "null_resource" "machine" {
  triggers = { image = data.terraform_remote_state.image.outputs.image_fingerprint }

  provisioner "local-exec" {
    command     = "qemu-img info \"$IMAGE\""
    environment = { IMAGE = data.terraform_remote_state.image.outputs.image_path }
  }
}
