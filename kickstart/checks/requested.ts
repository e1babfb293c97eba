import { withoutBuildLogin } from "../../recipe/login";
import { type Dialect, OsRelease } from "../../recipe/release";
import type { BuildRequest } from "../../recipe/request";
import type { KickstartFile } from "./validate";

/**
 * The kickstart of a request as checks take it: without the section of the build's login, for that request's image.
 * Undefined if it is built on another one.
 */
export function requestedKickstart(request: BuildRequest, text: string): KickstartFile | undefined {
  const { recipe, login, medium } = request;
  if (medium.kind !== "iso") return undefined;
  const { delivery, boot } = medium;
  const context = {
    diskInterface: recipe.diskInterface,
    firmware: recipe.firmware,
    memoryMiB: recipe.memoryMiB,
    diskMiB: recipe.diskMiB,
    delivery,
    login: { kind: login.kind, username: "username" in login ? login.username : "" },
    bootLine: boot.kind === "kernel" ? boot.append : boot.line,
  };
  return { path: medium.kickstart, text: withoutBuildLogin(text), release: releaseOf(request), context };
}

function releaseOf({ release: { dialect, endOfLife, ...release } }: BuildRequest): OsRelease {
  return OsRelease.custom({
    ...release,
    dialect: dialect as Dialect,
    ...(endOfLife !== undefined && { endOfLife }),
  });
}
