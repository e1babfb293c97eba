variable "store" {
  type        = string
  description = "Folder of the store, e.g. \"/srv/images\"; a relative path starts at the folder in which Terraform runs."
}

variable "name" {
  type        = string
  description = "Name of the image, e.g. \"web\"."

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.name))
    error_message = "An image's name is a DNS label: a-z, 0-9 and -, at most 63 characters."
  }
}

variable "fingerprint" {
  type        = string
  description = "Fingerprint of the image, 12 to 64 hex digits; \"newest\" takes the one that was built last."
  default     = "newest"

  validation {
    condition     = can(regex("^(newest|[0-9a-f]{12,64})$", var.fingerprint))
    error_message = "Write \"newest\", or 12 to 64 hex digits in lower case."
  }
}
