import type { Description } from "./description";
import { RECIPE_VERSION, type Recipe } from "./recipe";
import type { BuildRequest } from "./request";
import { kernelArguments } from "./boot-command";
import { KICKSTART_FILE, templateFile } from "./files";
import { sealScript } from "./seal";
import { sha256 } from "../util/digest";

/** The part of a description that decides the image. `kickstartDigest` may be a value that only Terraform knows. */
export function recipeOf(description: Description, kickstartDigest: string): Recipe {
  const { login, sealSteps, shutdownCommand } = description;
  return {
    recipeVersion: RECIPE_VERSION,
    revision: description.revision,
    kickstart: kickstartDigest,
    provisioners: description.provisioners.map(({ text }) => sha256(text)),
    ...(sealSteps !== undefined && { seal: sha256(sealScript(sealSteps, login)), shutdownCommand }),
    isoChecksum: description.isoChecksum,
    firmware: description.firmware,
    machineType: description.machineType,
    cpuModel: description.cpuModel,
    memoryMiB: description.memoryMiB,
    diskMiB: description.diskMiB,
    format: description.format,
    compression: description.compression,
    diskInterface: description.diskInterface,
    netDevice: description.netDevice,
    login: { kind: login.kind, username: login.username },
    secrets: description.secrets.map(({ name, version }) => ({ name, version })),
  };
}

/** Content of `build.json`. `secretFile` tells where the value of a secret that Terraform holds is written. */
export function requestOf(
  description: Description,
  recipe: Recipe,
  fingerprint: string,
  secretFile: (name: string) => string,
): BuildRequest {
  const { release, login } = description;
  return {
    requestVersion: 2,
    name: description.name,
    fingerprint,
    recipe,
    kickstart: KICKSTART_FILE,
    template: templateFile(description.name),
    provisioners: description.provisioners.map(({ file }) => file),
    ...(description.sealSteps !== undefined && { sealSteps: [...description.sealSteps] }),
    isoUrl: description.isoUrl,
    release: {
      id: release.id,
      dialect: release.dialect,
      title: release.title,
      ...(release.endOfLife !== undefined && { endOfLife: release.endOfLife }),
    },
    delivery: description.delivery,
    boot:
      description.boot === "bootCommand"
        ? { kind: "bootCommand", line: description.bootCommand.join("") }
        : {
            kind: "kernel",
            kernel: release.kernel,
            initrd: release.initrd,
            append: kernelArguments(description.delivery, "@@http_path@@"),
          },
    login: requestLogin(login),
    secrets: description.secrets.map(({ name, version, source }) => ({
      name,
      version,
      source: source.kind === "terraform" ? { kind: "file", path: secretFile(name) } : source,
    })),
    settings: {
      accelerator: description.accelerator,
      cpus: description.cpus,
      installTimeoutSeconds: description.installTimeoutSeconds,
      loginTimeoutSeconds: description.loginTimeoutSeconds,
    },
  };
}

function requestLogin({ kind, username, secret, file }: Description["login"]): BuildRequest["login"] {
  if (kind === "password") return { kind, username, secret: secret?.name ?? "" };
  if (kind === "privateKey") return { kind, username, file: file ?? "" };
  return kind === "none" ? { kind } : { kind, username };
}
