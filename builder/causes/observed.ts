import { DISK_FULL, SYSTEM_ENDS, USER_GONE } from "../../recipe/steps";
import { withoutBuildLogin } from "../../recipe/login";
import type { FailedTask } from "../../host/ansible";
import type { PhaseName } from "../phases";
import type { PortAnswer } from "../ssh-prober";
import type { Cause, Diagnosis } from "./cause";

/** The host's disk refused a write of the guest, as QEMU's BLOCK_IO_ERROR event shows. */
export function diskRefused(nospace: boolean): Diagnosis {
  return nospace
    ? {
        cause: "no space on the host",
        reason: "the file system of the store is full",
        remedy: "make room on the store's file system, for instance by: os-images gc",
      }
    : { cause: "disk error on the host", reason: "the host's disk cannot be read or written", remedy: "see dmesg" };
}

/** The guest reset itself again and again without a login. */
export function rebootLoop(resets: number): Diagnosis {
  return {
    cause: "reboot loop",
    reason: `the guest has reset itself ${resets} times without a login`,
    remedy:
      "look at the console's last lines before each start: mostly a kernel that panics, or a medium that boots again",
  };
}

/** The sealing script ended with an error, so the image is not fit to be cloned. */
export function sealFailed(exitCode: string, step: string | undefined): Diagnosis {
  return {
    cause: "sealing failed",
    reason: `the sealing script ended with ${exitCode}${step === undefined ? "" : ` in its step "${step}"`}`,
    remedy: "see the output of that step in packer.log; if the step does not fit the system, name it in skipSealSteps",
  };
}

/**
 * A provisioning script did not end well, by its file's name, what Packer says of it and what it says itself; undefined for
 * other reasons.
 */
export function scriptFailed(script: string, reason: string, refusal?: string): Diagnosis | undefined {
  const name = script.replace(/^provision-(\d+)-/, "provisioner $1, ");
  const code = /^Script exited with non-zero exit status: (\d+)/.exec(reason)?.[1];
  if (code === String(USER_GONE)) {
    return {
      cause: "build's user removed",
      reason: `${name} removed the user that the build logs in as`,
      remedy: "leave this user: sealing removes it in the end",
    };
  }
  if (code === String(DISK_FULL)) {
    return {
      cause: "no space in the guest",
      reason: `${name} filled the disk of the machine: nothing more can be written there`,
      remedy: "let it leave room, or make diskSize larger and let the kickstart use it",
    };
  }
  if (code === String(SYSTEM_ENDS)) return { ...CUT, reason: `${name} restarts the machine, or switches it off` };
  if (code !== undefined && refusal !== undefined) return { cause: "provisioner failed", reason: refusal };
  if (code !== undefined) {
    const remedy = "its output is in packer.log; a later build goes on from the provisioner before it";
    return { cause: "provisioner failed", reason: `${name} ended with ${code}`, remedy };
  }
  if (!reason.startsWith("Script disconnected unexpectedly")) return undefined;
  const broken = `the connection broke while ${name} ran: it restarted the machine, its network or its SSH server`;
  return { ...CUT, reason: broken };
}

const CUT = {
  cause: "provisioner cut the connection",
  remedy: "let the machine restart when it is used, not while it is built; scripts cannot go on after a restart",
};

/** A playbook's task failed on the machine that is built. */
export function taskFailed({ task, message, unreachable }: FailedTask): Diagnosis {
  return {
    cause: "playbook failed",
    reason: `the playbook's task "${task}" ${unreachable ? "lost the machine" : "failed"}`,
    proof: message,
    remedy: "packer.log has all that the playbook printed",
  };
}

/** QEMU ended before its time. */
export function qemuEnded(): Diagnosis {
  return {
    cause: "qemu ended",
    reason: "QEMU ended before the image was ready",
    remedy: "it was killed, or the guest powered off: a kickstart with a login ends by reboot, not by poweroff or halt",
  };
}

/** Whether a console waits at the prompt of agetty(8): the system is up. */
export function isLoginPrompt(prompt: string): boolean {
  return /\blogin: ?$/.test(prompt);
}

/** A login prompt without an SSH server is worth a warning after so many seconds. */
const PROMPT_WARNING_SECONDS = 60;

/** It is an error after a third of the time limit, but no sooner, in seconds: on a slow host the server takes minutes. */
const PROMPT_ERROR_SECONDS = 120;

/** How serious a login prompt is that has stood for so many seconds, while nobody could log in. */
export function promptSeverity(seconds: number, limitSeconds: number): "none" | "warning" | "error" {
  if (seconds >= Math.max(PROMPT_ERROR_SECONDS, limitSeconds / 3)) return "error";
  return seconds >= PROMPT_WARNING_SECONDS ? "warning" : "none";
}

/** The installed system is up, but nobody gets in. The answer of its port 22 shows if it lacks a server or a firewall blocks. */
export function nobodyAnswers(seconds: number, port: PortAnswer): Diagnosis {
  if (port === "refused") {
    return {
      cause: "login refused: no SSH server",
      reason: `the installed system is up and answers on the network, but nothing listened at its port 22 for ${seconds} s`,
      remedy: "install and enable the SSH server: services --enabled=sshd",
    };
  }
  return {
    cause: "login refused: firewall or network",
    reason: `the installed system is up, but nothing came back from its port 22 for ${seconds} s`,
    remedy: "let its firewall pass SSH (firewall --enabled --ssh) and its network come up (network --onboot=yes)",
  };
}

/** A phase lasted too long. The answer of port 22 shows why nobody got in. */
export function timedOut(phase: PhaseName, seconds: number, port: PortAnswer, prompt: string): Diagnosis {
  if (phase === "reboot") {
    if (port === "refused" || isLoginPrompt(prompt)) return nobodyAnswers(seconds, port);
    return {
      cause: "installed system does not come up",
      reason: `the installed system did not answer for ${seconds} s`,
      remedy: "the console shows where it stopped; if it was only slow, set loginTimeoutSeconds to more",
    };
  }
  const setting = phase === "boot" || phase === "install" ? "installTimeoutSeconds" : undefined;
  return {
    cause: "time-out",
    reason: `phase "${phase}" lasted longer than ${seconds} s`,
    remedy: `the console shows where it stopped${setting === undefined ? "" : `; if it was only slow, set ${setting} to more`}`,
  };
}

/** A finished image was started, and neither asked for a login on its first serial port nor answered by SSH. */
export function neverUp(seconds: number, complaint = ""): Diagnosis {
  return {
    cause: "image does not start",
    reason: `the finished image did not ask for a login, nor answer by SSH, in ${Math.round(seconds)} s`,
    ...(complaint !== "" && { proof: complaint }),
    remedy:
      "the console and the screenshot show where it stopped; one without an SSH server and without " +
      'console=ttyS0 shows nothing: add one of them, or set proof: "none"; if it was only slow, set loginTimeoutSeconds to more',
  };
}

/** The cause that shows if the SSH server refuses the build's key or password. */
export const LOGIN_REFUSED = "login refused: key or password";

/**
 * The same, if the kickstart makes no such user. A server answers as if there was one (RFC 4252, section 5), so only the
 * kickstart shows it.
 */
export const userUnknown: Pick<Cause, "name" | "remedy"> = {
  name: "login refused: user",
  remedy: "the kickstart makes no such user: add user --name=..., or give the login the username that it makes",
};

/** What to do about it if the image is built on another one, whose disk brings the login. */
export function baseLogin(kind: string): string {
  return kind === "buildKey"
    ? "the base image has no cloud-init, which would make the login of Login.buildKey(): take Login.privateKey() or " +
        "Login.password() with a login that the base has"
    : "the base image has no such login: give the username and the key or password of one that it has";
}

/** Whether a kickstart may make a user: by the command, in a script, or in a file that it includes. */
export function makesUser(kickstart: string, username: string): boolean {
  const name = username.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const byCommand = new RegExp(`^\\s*user\\b.*--name[= ]["']?${name}["']?(?:\\s|$)`, "m");
  const byScript = new RegExp(`\\b(?:useradd|adduser|newusers|sysusers)\\b[^\\n]*${name}`);
  return (
    withoutBuildLogin(kickstart) !== kickstart ||
    username === "root" ||
    byCommand.test(kickstart) ||
    byScript.test(kickstart) ||
    /^%(?:include|ksappend)/m.test(kickstart)
  );
}
