import type { Verdict } from "../failure";
import type { SshProber } from "../ssh-prober";
import type { StateName } from "../states";

/** The host's disk refused what the guest wrote, as QEMU's BLOCK_IO_ERROR event tells. */
export function diskRefused(nospace: boolean): Verdict {
  return nospace
    ? {
        cause: "no space on the host",
        reason: "the file system of the store is full",
        remedy: "make room where the store lies, for instance by: os-images gc",
      }
    : { cause: "disk error on the host", reason: "the host's disk refuses to be read or written", remedy: "see dmesg" };
}

/** The guest reset itself again and again without a login. */
export function rebootLoop(resets: number): Verdict {
  return {
    cause: "reboot loop",
    reason: `the guest has reset itself ${resets} times without a login`,
    remedy:
      "look at the console's last lines before each start: mostly a kernel that panics, or a medium that boots again",
  };
}

/** The sealing script ended with an error, so that the image would not be fit to be cloned. */
export function sealFailed(exitCode: string, step: string | undefined): Verdict {
  return {
    cause: "sealing failed",
    reason: `the sealing script ended with ${exitCode}${step === undefined ? "" : ` in its step "${step}"`}`,
    remedy: "see what that step said in packer.log; a system that it does not fit names it in skipSealSteps",
  };
}

/** QEMU is gone before its time. */
export function qemuEnded(): Verdict {
  return {
    cause: "qemu ended",
    reason: "QEMU ended before the image was ready",
    remedy: "it was killed, or the guest powered off: a kickstart with a login ends by reboot, not by poweroff or halt",
  };
}

/** Whether a console's last line is where a system that is up waits for somebody: agetty(8). */
export function isLoginPrompt(lastLine: string): boolean {
  return /\blogin: ?$/.test(lastLine);
}

/** The installed system is up and nobody gets in. What its port 22 does tells a missing server from a firewall. */
export function nobodyAnswers(seconds: number, port: SshProber["seen"]): Verdict {
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

/** A state lasted too long. What port 22 did tells why nobody got in. */
export function timedOut(state: StateName, seconds: number, port: SshProber["seen"], lastLine: string): Verdict {
  if (state !== "reboot") {
    return {
      cause: "time-out",
      reason: `state "${state}" lasted longer than ${seconds} s`,
      remedy:
        "the screenshot and the console show where it stopped; a slow host needs a longer time-out in the description",
    };
  }
  if (port === "refused" || isLoginPrompt(lastLine)) return nobodyAnswers(seconds, port);
  return {
    cause: "installed system does not come up",
    reason: `the installed system did not answer for ${seconds} s`,
    remedy: "the screenshot and the console show where it stopped",
  };
}
