import { arch, platform } from "node:os";

/** The machine's name as Go, Terraform and Packer write it, e.g. "linux_amd64" (https://go.dev/doc/install/source#environment). */
export function platformName(): string {
  const os = platform() === "win32" ? "windows" : platform();
  const cpu = arch() === "x64" ? "amd64" : arch() === "ia32" ? "386" : arch();
  return `${os}_${cpu}`;
}
