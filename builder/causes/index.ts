import type { Cause, Source } from "./cause";
import { acceleratorFailed } from "./accelerator-failed";
import { dracutEmergency } from "./dracut-emergency";
import { emergencyMode } from "./emergency-mode";
import { guestDiskFull } from "./guest-disk-full";
import { guestOutOfMemory } from "./guest-out-of-memory";
import { hostDiskFull } from "./host-disk-full";
import { hostOutOfMemory } from "./host-out-of-memory";
import { installerAsks } from "./installer-asks";
import { installerError } from "./installer-error";
import { installerSecondStage } from "./installer-second-stage";
import { kernelPanic } from "./kernel-panic";
import { kickstartNotGiven } from "./kickstart-not-given";
import { kickstartSyntax } from "./kickstart-syntax";
import { kickstartUnreachable } from "./kickstart-unreachable";
import { loginRefused } from "./login-refused";
import { mediumDamaged } from "./medium-damaged";
import { mediumNotBootable } from "./medium-not-bootable";
import { mediumVanished } from "./medium-vanished";
import { noBootableDevice } from "./no-bootable-device";
import { portTaken } from "./port-taken";
import { repositoryUnreachable } from "./repository-unreachable";
import { rootNotFound } from "./root-not-found";
import { scriptFailed } from "./script-failed";
import { shutdownHangs } from "./shutdown-hangs";
import { wrongDiskName } from "./wrong-disk-name";

/** Every known cause, the narrower before the wider: the first that matches a line is the one. */
export const CAUSES: readonly Cause[] = [
  wrongDiskName,
  kickstartSyntax,
  kickstartUnreachable,
  repositoryUnreachable,
  installerSecondStage,
  dracutEmergency,
  guestDiskFull,
  kickstartNotGiven,
  installerAsks,
  scriptFailed,
  installerError,
  rootNotFound,
  guestOutOfMemory,
  kernelPanic,
  emergencyMode,
  noBootableDevice,
  mediumNotBootable,
  loginRefused,
  acceleratorFailed,
  portTaken,
  hostOutOfMemory,
  hostDiskFull,
  mediumVanished,
  mediumDamaged,
  shutdownHangs,
];

/** The cause that a line shows, if it shows one. */
export function causeOf(source: Source, line: string): Cause | undefined {
  return CAUSES.find(({ sources, pattern }) => sources.includes(source) && pattern.test(line));
}
