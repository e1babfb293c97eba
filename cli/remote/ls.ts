import { listRemote, type ListedImage } from "../../remote/list";
import { size, timeAndAge, type Cell, textTable } from "../../util/text-table";
import { printJson } from "../command";
import { withRemote } from "./open";

const HEADING = ["name", "fingerprint", "revision", "pushed (UTC)", "size", "format", "pinned", "state"];

/** `os-images ls --remote [NAME]`. */
export function listInRemote(name: string | undefined, json: boolean): Promise<number> {
  return withRemote(async (remote) => {
    const images = await listRemote(remote, name);
    if (json) printJson(images.map(toJson));
    else if (images.length === 0)
      process.stdout.write(`${remote.title} has no images${name ? ` named ${name}` : ""}\n`);
    else process.stdout.write(textTable(HEADING, images.map(toRow), { right: [4] }));
    return 0;
  });
}

function toRow({ key, image, reason, pinned, writtenAt }: ListedImage): (Cell | string)[] {
  const { manifest } = image ?? {};
  return [
    key.name,
    key.shortFingerprint,
    manifest?.revision || "-",
    timeAndAge(new Date(writtenAt).toISOString()),
    manifest === undefined ? "-" : size(manifest.disk.sizeBytes),
    manifest?.disk.format ?? "-",
    pinned ? "yes" : "-",
    reason === undefined ? { text: "ok", colour: "green" } : { text: reason, colour: "red" },
  ];
}

function toJson({ key, image, reason, pinned, writtenAt }: ListedImage) {
  const { fingerprint = key.shortFingerprint, revision, createdAt, disk } = image?.manifest ?? {};
  const pushed = new Date(writtenAt).toISOString();
  return { name: key.name, fingerprint, revision, createdAt, pushed, disk, pinned, reason };
}
