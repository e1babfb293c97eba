import { scriptFailed } from "../../../builder/causes/observed";
import { PackerOutput } from "../../../builder/packer";
import { DISK_FULL, SYSTEM_ENDS, USER_GONE } from "../../../recipe/steps";
import { packerTemplate } from "../../../recipe/template";
import { InstallMedium } from "../../../recipe/medium";
import { OsRelease } from "../../../recipe/release";
import { resolveImage } from "../../../recipe/resolve";
import { SOME_SHA256 } from "../../support/app";

const EXIT = (code: number): string => `Script exited with non-zero exit status: ${code}. Allowed exit codes are: [0]`;

describe("a provisioning script that does not end well", () => {
  it("is named, with what it ended with", () => {
    expect(scriptFailed("provision-2-web.sh", EXIT(3))?.reason).toBe("provisioner 2, web.sh ended with 3");
  });

  it("is named when it removed the build's user, and not the one after it", () => {
    expect(scriptFailed("provision-1-clean.sh", EXIT(USER_GONE))).toMatchObject({
      cause: "build's user removed",
      reason: "provisioner 1, clean.sh removed the user that the build logs in as",
    });
    const isoChecksum = `sha256:${SOME_SHA256}`;
    const medium = InstallMedium.iso({ url: "/a.iso", checksum: isoChecksum });
    const props = { name: "some", release: OsRelease.ROCKY_9, medium };
    const steps = [{ kind: "script" as const, file: "provision-1-a.sh", text: "", environment: {} }];
    const template = packerTemplate(resolveImage(props, { isoChecksum, installSecrets: [], steps }));
    expect(JSON.stringify(template)).toContain(`id -un >/dev/null || exit ${USER_GONE}`);
  });

  it("is named when it filled the disk, onto which the next one could not be copied", () => {
    expect(scriptFailed("provision-2-b.sh", EXIT(DISK_FULL))).toMatchObject({
      cause: "no space in the guest",
      reason: "provisioner 2, b.sh filled the disk of the machine: nothing more can be written there",
    });
  });

  it("is named when it restarted the machine", () => {
    const reason = "Script disconnected unexpectedly. If you expected your script to disconnect, i.e. from a restart";
    expect(scriptFailed("provision-1-a.sh", reason)?.cause).toBe("provisioner cut the connection");
    expect(scriptFailed("provision-1-a.sh", EXIT(SYSTEM_ENDS))).toMatchObject({
      cause: "provisioner cut the connection",
      reason: "provisioner 1, a.sh restarts the machine, or switches it off",
    });
  });

  it("is not blamed for anything else", () => {
    expect(scriptFailed("provision-1-a.sh", "Timeout waiting for SSH.")).toBeUndefined();
  });

  it("is the one that Packer began last", () => {
    const output = new PackerOutput();
    for (const name of ["provision-1-a.sh", "provision-2-b.sh"]) {
      output.line(`==> qemu.image: Provisioning with shell script: ${name}`);
    }
    expect(output.script).toBe("provision-2-b.sh");
  });
});
