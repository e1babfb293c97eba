output "path" {
  description = "Absolute path of the disk on the host that plans. Another checkout may have another one: let a machine's identity hang on the fingerprint."
  value       = try(local.image.path, null)
  depends_on  = [terraform_data.image]
}

output "sha256" {
  description = "Digest of the disk's bytes, 64 hex digits."
  value       = try(local.image.sha256, null)
  depends_on  = [terraform_data.image]
}

output "format" {
  description = "\"qcow2\" or \"raw\"."
  value       = try(local.image.format, null)
  depends_on  = [terraform_data.image]
}

output "firmware" {
  description = "What a machine starts the image by: \"bios\" or \"uefi\"."
  value       = try(local.image.firmware, null)
  depends_on  = [terraform_data.image]
}

output "fingerprint" {
  description = "What the image was made from, 64 hex digits: the identity of the image."
  value       = try(local.image.fingerprint, null)
  depends_on  = [terraform_data.image]
}
