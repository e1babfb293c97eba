/** What an app imports from the package. */
export { Image, type ImageProps } from "./constructs/image";
export { ImageStack, useProviders } from "./constructs/image-stack";
export { Kickstart, type TemplateValue } from "./constructs/kickstart";
export {
  type ImageFileProps,
  type ImageLogin,
  type ImageReference,
  type MachineImage,
  machineImageFromPath,
} from "./constructs/machine-image";
export { MachineStack, type MachineStackProps } from "./constructs/machine-stack";
export { RECIPE_SIDE } from "./constructs/recipe-side";
export { synthesize } from "./constructs/synthesize";
export { Login } from "./recipe/login";
export { InstallMedium, type IsoProps } from "./recipe/medium";
export { OsRelease, type OsReleaseProps } from "./recipe/release";
export { SEAL_STEPS, type SealStep } from "./recipe/seal";
export { Secret } from "./recipe/secret";
export { UserError } from "./util/user-error";
