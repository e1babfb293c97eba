import { UserError } from "../util/user-error";
import { type ResolvedImage, ROWS } from "./properties";

/**
 * What an image that is built on another one cannot have or be.
 * @throws UserError on the first such thing
 */
export function refuseUnfitForBase(image: ResolvedImage): void {
  const { name, firmware, diskMiB, buildLogin, medium } = image;
  const { base } = medium;
  if (base === undefined) return;
  const title = `image "${name}" is built on the image "${base.name}"`;
  const given: Partial<Record<string, unknown>> = { ...image.given };
  const ofInstaller = ROWS.find(([property, { installer }]) => installer === true && given[property] !== undefined);
  if (ofInstaller !== undefined) throw new UserError(`${title}, without an installer: leave out ${ofInstaller[0]}`);
  if (base.name === name) throw new UserError(`${title}: give one of them another name`);
  if (firmware !== base.firmware) {
    throw new UserError(`${title}, which starts by ${base.firmware}, but its firmware is "${firmware}": leave it out`);
  }
  if (base.diskMiB !== undefined && diskMiB < base.diskMiB) {
    throw new UserError(
      `${title}, whose disk has ${base.diskMiB} MiB, but its own has ${diskMiB}: ` +
        `write diskSize: "${base.diskMiB}M" or more`,
    );
  }
  if (buildLogin.kind === "none") {
    throw new UserError(
      `${title}, but nobody logs in to go on there: take Login.password() or Login.privateKey() with a login that the ` +
        "base has, or Login.buildKey() if it has cloud-init",
    );
  }
}
