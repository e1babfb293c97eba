# An AMI from the export for AWS of an image that os-images built: Platform.aws() in the image's stack. The account needs the
# role "vmimport": https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "image_state" {
  type        = string
  description = "State file of the image's stack, such as terraform.web.tfstate."
}

variable "bucket" {
  type        = string
  description = "An S3 bucket in the region of the AMI."
}

data "terraform_remote_state" "image" {
  backend = "local"
  config  = { path = var.image_state }
}

locals {
  image = data.terraform_remote_state.image.outputs
  name  = "web-${substr(local.image.aws_fingerprint, 0, 12)}"
}

resource "aws_s3_object" "disk" {
  bucket = var.bucket
  key    = "${local.name}.vmdk"
  source = local.image.aws_path
}

resource "aws_ebs_snapshot_import" "disk" {
  disk_container {
    format = "VMDK"
    user_bucket {
      s3_bucket = aws_s3_object.disk.bucket
      s3_key    = aws_s3_object.disk.key
    }
  }
}

# The name has the fingerprint in it: a new image is a new AMI, and what uses the old one is replaced before it goes.
resource "aws_ami" "web" {
  name                = local.name
  architecture        = "x86_64"
  virtualization_type = "hvm"
  ena_support         = true
  root_device_name    = "/dev/xvda"

  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = aws_ebs_snapshot_import.disk.id
  }

  lifecycle {
    create_before_destroy = true
  }
}

output "ami" {
  value = aws_ami.web.id
}
