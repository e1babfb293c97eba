# What a platform team writes by hand for one image: its files, a request that hangs on them, and the build.
terraform {
  required_providers {
    local = { source = "hashicorp/local" }
    null  = { source = "hashicorp/null" }
  }
}

locals {
  files = ["file-0", "file-1", "file-2", "file-3"]
}

resource "local_file" "recipe" {
  for_each             = toset(local.files)
  filename             = "${path.module}/recipe/${each.key}"
  content              = file("${path.module}/${each.key}")
  file_permission      = "0600"
  directory_permission = "0700"
}

resource "null_resource" "request" {
  triggers = { for name, written in local_file.recipe : name => written.id }
}

resource "null_resource" "build" {
  triggers = {
    fingerprint = "0"
    path        = "images/demo.qcow2"
    manifest    = "images/manifest.json"
    format      = "qcow2"
  }
  lifecycle {
    replace_triggered_by = [null_resource.request]
  }
  provisioner "local-exec" {
    command = "true"
  }
}

output "fingerprint" {
  value = null_resource.build.triggers.fingerprint
}

output "path" {
  value = null_resource.build.triggers.path
}

output "manifest" {
  value = null_resource.build.triggers.manifest
}

output "format" {
  value = null_resource.build.triggers.format
}
