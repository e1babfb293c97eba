/** What an app imports from the package. */
import { printUserErrorsPlainly } from "./constructs/plain-errors";

printUserErrorsPlainly();

export { AnsibleRun, type AnsibleRunProps } from "./constructs/ansible-run";
export type { CloudInit } from "./constructs/cloud-init";
export { Image } from "./constructs/image";
export { ImageExport, type ExportReference, type ImageExportProps } from "./constructs/image-export";
export type { ImageProps } from "./constructs/image-props";
export { ImageStack, type ImageStackProps, useProviders } from "./constructs/image-stack";
export { Kickstart, type TemplateValue } from "./constructs/kickstart";
export type { ImageFileProps, ImageReference, MachineImage } from "./constructs/machine-image";
export { LibvirtMachines, type LibvirtMachinesProps } from "./constructs/libvirt-machines";
export { LibvirtNetwork } from "./constructs/libvirt-network";
export type { Machine } from "./constructs/machine";
export { NativeTemplate, type NativeTemplateProps } from "./constructs/native-template";
export { SmokeTestStack, type SmokeTestStackProps } from "./constructs/smoke-test-stack";
export { XenGuest, type XenGuestProps, type XenHost } from "./constructs/xen-guest";
export { Platform } from "./platforms/platform";
export type { ImageLogin, ImageProperties } from "./recipe/image-properties";
export { Login } from "./recipe/login";
export { type BaseImage, InstallMedium, type IsoProps } from "./recipe/medium";
export { Provisioner } from "./recipe/provisioner";
export type { NativeBuilder } from "./recipe/native";
export { OsRelease, type OsReleaseProps } from "./recipe/release";
export { SEAL_STEPS, type SealStep } from "./recipe/seal";
export { Secret } from "./recipe/secret";
export { registerOverlay } from "./store/overlays";
export { UserError } from "./util/user-error";
