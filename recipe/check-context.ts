import type { ImageContext } from "../checks/context";
import { kernelArguments } from "./boot-command";
import type { Description } from "./description";

/** What a description tells the checks of its kickstart. */
export function contextOf(description: Description): ImageContext {
  const { login, release, delivery, boot, bootCommand } = description;
  return {
    diskInterface: description.diskInterface,
    firmware: description.firmware,
    memoryMiB: description.memoryMiB,
    diskMiB: description.diskMiB,
    delivery,
    login: { kind: login.kind, username: login.username },
    bootLine: boot === "kernel" ? kernelArguments(release, delivery, "") : bootCommand.join(""),
  };
}
