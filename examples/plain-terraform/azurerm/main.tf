# A managed image from the export for Azure of an image that os-images built: Platform.azure() in the image's stack.
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0"
    }
  }
}

provider "azurerm" {
  features {}
}

variable "image_state" {
  type        = string
  description = "State file of the image's stack, such as terraform.web.tfstate."
}

variable "resource_group" {
  type = string
}

variable "location" {
  type        = string
  description = "Region, such as westeurope."
}

variable "storage_account" {
  type        = string
  description = "A storage account in that region, with a container \"images\"."
}

data "terraform_remote_state" "image" {
  backend = "local"
  config  = { path = var.image_state }
}

locals {
  image = data.terraform_remote_state.image.outputs
  name  = "web-${substr(local.image.azure_fingerprint, 0, 12)}"
}

# Azure takes disks from page blobs only.
resource "azurerm_storage_blob" "disk" {
  name                   = "${local.name}.vhd"
  storage_account_name   = var.storage_account
  storage_container_name = "images"
  type                   = "Page"
  source                 = local.image.azure_path
}

# The name has the fingerprint in it: a new image is a new one here, and what uses the old one is replaced before it goes.
resource "azurerm_image" "web" {
  name                = local.name
  resource_group_name = var.resource_group
  location            = var.location

  os_disk {
    os_type      = "Linux"
    os_state     = "Generalized"
    blob_uri     = azurerm_storage_blob.disk.url
    storage_type = "Standard_LRS"
  }

  lifecycle {
    create_before_destroy = true
  }
}

output "image" {
  value = azurerm_image.web.id
}
