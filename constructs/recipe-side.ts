import type { ImageProps } from "./image";

/**
 * Which properties of a description are in its recipe: a change of one that is inside builds another image, a change of
 * one outside builds none.
 */
export const RECIPE_SIDE: Readonly<Record<keyof ImageProps, "inside" | "outside">> = {
  kickstart: "inside",
  provisioners: "inside",
  skipSealSteps: "inside",
  medium: "inside",
  login: "inside",
  revision: "inside",
  firmware: "inside",
  machineType: "inside",
  cpuModel: "inside",
  memoryMiB: "inside",
  diskSize: "inside",
  format: "inside",
  compression: "inside",
  diskInterface: "inside",
  netDevice: "inside",
  shutdownCommand: "inside",
  name: "outside",
  release: "outside",
  store: "outside",
  machineLogin: "outside",
  accelerator: "outside",
  cpus: "outside",
  headless: "outside",
  boot: "outside",
  bootCommand: "outside",
  bootWaitSeconds: "outside",
  bootKeyIntervalMs: "outside",
  delivery: "outside",
  installTimeoutSeconds: "outside",
  loginTimeoutSeconds: "outside",
  packerVariables: "outside",
};
