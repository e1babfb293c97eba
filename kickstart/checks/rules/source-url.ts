import { text, type CheckedKickstart } from "../kickstart";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";

/** Protocols of the installer's sources (RHEL 9, Kickstart commands, "url", "repo"). */
const TREES = ["http", "https", "ftp", "file"];
const REPOSITORIES = [...TREES, "nfs", "hd", "media", "cdrom"];
const PROXIES = ["http", "https", "ftp", "socks", "socks4", "socks5", "socks5h"];

/** Where commands have URLs: attribute, option, and the protocols that it takes. */
const URLS: readonly (readonly [
  commands: readonly string[],
  attribute: string,
  option: string,
  protocols: readonly string[],
])[] = [
  [["url"], "url", "--url", TREES],
  [["repo"], "baseurl", "--baseurl", REPOSITORIES],
  [["url", "repo"], "mirrorlist", "--mirrorlist", TREES],
  [["url", "repo"], "metalink", "--metalink", TREES],
  [["url", "repo", "liveimg"], "proxy", "--proxy", PROXIES],
  [["liveimg"], "url", "--url", TREES],
];

export const sourceUrl: Rule = {
  code: "KS706",
  severity: "error",
  title: "source that is no URL of its kind",
  why: 'pykickstart takes any text for a URL. The installer stops at one without a protocol, with one that it does not know or without a host, and at a mirror list in place of the folder of a repository. (RHEL 9, Kickstart commands, "url")',
  remedy:
    "Write the whole URL, such as https://mirror.example.com/9/BaseOS/x86_64/os/; a mirror list after --mirrorlist, a metalink after --metalink.",
  check(kickstart) {
    return [...urls(kickstart), ...servers(kickstart), ...images(kickstart)];
  },
};

function urls(kickstart: CheckedKickstart): Hit[] {
  return URLS.flatMap(([commands, attribute, option, protocols]) =>
    kickstart.accepted(...commands).flatMap((command): Hit[] => {
      const url = text(command, attribute);
      const wrong = url === "" ? undefined : (whatIsWrong(url, option, protocols) ?? whatKind(command, url, option));
      return wrong === undefined ? [] : [{ at: command, message: `${command.name} ${option} ${url} ${wrong}` }];
    }),
  );
}

function whatIsWrong(url: string, option: string, protocols: readonly string[]): string | undefined {
  if (/^[$@{<]/.test(url)) return undefined;
  if (/\s/.test(url)) return "has a blank in it: write it without, or as %20";
  const match = /^([A-Za-z][\w+.-]*):\/\/(?:[^@/]*@)?(\[[^\]/]*\]|[^/:?#]*)(?::([^/?#]*))?/.exec(url);
  if (/^(nfs|hd|media|cdrom):[^/]/.test(url) && protocols === REPOSITORIES) return undefined;
  if (option === "--proxy" && !url.includes("://")) return whatIsWrong(`http://${url}`, option, protocols);
  if (!match)
    return `has no protocol: write ${option === "--url" || option === "--baseurl" ? "https://... or file:///..." : "https://..."}`;
  const [, protocol, host, port] = match;
  if (!protocols.includes(protocol!.toLowerCase()))
    return `begins with ${protocol}://, which the installer does not know: write https://`;
  if (protocol === "file") return host === "" ? undefined : `names the host ${host}: write file:/// with three slashes`;
  if (/[$@{<]/.test(host!)) return undefined;
  if (host === "" && !["hd", "media", "cdrom"].includes(protocol!)) return "names no host: write it after ://";
  if (!host!.startsWith("[") && !/^[\w-]+(\.[\w-]+)*\.?$/.test(host!) && host !== "")
    return `has the host ${host}, which can be none: write its name or address`;
  if (port !== undefined && !isPort(port) && !/[$@{<]/.test(port))
    return `has the port ${port}: write a number up to 65535`;
  return undefined;
}

function isPort(port: string): boolean {
  return /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535;
}

/** A mirror list taken for a repository, or the other way round. */
function whatKind(command: ParsedCommand, url: string, option: string): string | undefined {
  const list = /\/\/[^/]*\/(?:[^?]*\/)?(mirrorlist|metalink)\b/.exec(url)?.[1] ?? /\/\/(mirrorlist)\./.exec(url)?.[1];
  const isFolder = ["url", "repo"].includes(command.name) && ["--url", "--baseurl"].includes(option);
  if (isFolder && list) return `is a ${list}, and no repository: write --${list}`;
  if (isFolder && /\.iso$/.test(url))
    return "is an ISO, and no repository: write the folder that its files are served from";
  if (option === "--mirrorlist" && list === "metalink") return "is a metalink: write --metalink";
  if (option === "--metalink" && list === "mirrorlist") return "is a mirror list: write --mirrorlist";
  if (["--mirrorlist", "--metalink"].includes(option) && /\/(os|repodata|\$basearch|x86_64)\/?$/.test(url)) {
    return `is a folder, and no list: write --${command.name === "url" ? "url" : "baseurl"}`;
  }
  return undefined;
}

/** The image of a liveimg, and its SHA-256. */
function images(kickstart: CheckedKickstart): Hit[] {
  return kickstart.accepted("liveimg").flatMap((command): Hit[] => {
    const [url, checksum] = [text(command, "url"), text(command, "checksum")];
    const hits: Hit[] = [];
    const kind = /\.(qcow2|vmdk|vdi|vhdx?|iso|zip|7z|raw\.\w+|rpm)$/i.exec(url)?.[1];
    if (kind)
      hits.push({
        at: command,
        message: `liveimg --url ${url} is a ${kind}: write a tar archive or a file system's image`,
      });
    if (checksum !== "" && !/[$@{<]/.test(checksum) && !/^[0-9a-f]{64}$/i.test(checksum)) {
      hits.push({
        at: command,
        message: `liveimg --checksum has ${checksum.length} characters: write a SHA-256, of 64 hexadecimal digits`,
      });
    }
    return hits;
  });
}

function servers(kickstart: CheckedKickstart): Hit[] {
  return kickstart.accepted("nfs").flatMap((command): Hit[] => {
    const [server, folder] = [text(command, "server"), text(command, "dir")];
    if (server === "") return [{ at: command, message: "nfs has no --server: write the host's name" }];
    if (/:\/\/|\//.test(server)) {
      return [
        { at: command, message: `nfs --server ${server} is no host: write its name, and the folder after --dir` },
      ];
    }
    if (folder.startsWith("/") || /^[$@{<]/.test(folder)) return [];
    return [{ at: command, message: `nfs --dir ${folder} is no path from the root: write /${folder}` }];
  });
}
