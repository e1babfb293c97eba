import { text } from "../kickstart";
import type { ParsedCommand } from "../parsed";
import type { CheckedImage } from "../context";
import type { Hit, Rule } from "../rule";

/** A version before the folder of a repository, as mirrors have it: /9/BaseOS/, /8.10/, /9-stream/, /OL9/. */
const VERSION =
  /\/(?:OL|el|epel\/|rhel)?(\d{1,2})(?:\.\d+)?(?:-stream|-beta)?\/(?:[^?]*\/)?(?:BaseOS|AppStream|CRB|PowerTools|extras|updates|Everything|os)\//i;
const ARCHITECTURE = /\/(aarch64|ppc64le|ppc64|s390x|i386|i686|armhfp|riscv64)(\/|$)/;

export const sourceRelease: Rule = {
  code: "KS710",
  severity: "error",
  title: "repository of another release or architecture",
  why: "The installer of one release does not install another one's packages, nor those of another processor than the build's machine has, x86_64. Mirrors have the version and the architecture in their paths, and a repository's files in its folder os.",
  remedy: "Write the path of the release's own repository, such as /9/BaseOS/x86_64/os/.",
  check(kickstart, image) {
    return kickstart.accepted("url", "repo").flatMap((command): Hit[] => {
      const [url, option] = place(command);
      const wrong = url === "" ? undefined : whatIsWrong(url, image);
      return wrong === undefined ? [] : [{ at: command, message: `${command.name} ${option} ${url} ${wrong}` }];
    });
  },
};

function place(command: ParsedCommand): readonly [url: string, option: string] {
  const found = ["url", "baseurl"]
    .map((name) => [text(command, name), `--${name}`] as const)
    .find(([url]) => url !== "");
  return found ?? ["", ""];
}

function whatIsWrong(url: string, { release, diskInterface }: CheckedImage): string | undefined {
  const wanted = release.dialect.replace(/\D/g, "");
  const version = VERSION.exec(url)?.[1];
  if (version !== undefined && version !== wanted && release.dialect.startsWith("rhel")) {
    return `is for version ${version}, but the image is ${release.title}: write the path with ${wanted}`;
  }
  const architecture = ARCHITECTURE.exec(url)?.[1];
  if (architecture && diskInterface) return `is for ${architecture}, but the build's machine has x86_64: write that`;
  if (/\/(BaseOS|AppStream|CRB)\/x86_64\/?$/.test(url))
    return "is the folder above the repository: write it with os/ at its end";
  return undefined;
}
