import { readFileSync } from "node:fs";
import { z } from "zod";
import { runScript } from "../util/run-script";
import { guestStatus, makeDisk, removeGuest, sendImage, startGuest } from "./guest";

/** What a command is told as JSON: `status` on standard input, as Terraform's external data sources are, others by OS_IMAGES_XEN. */
const guestSchema = z.object({
  address: z.string(),
  port: z.coerce.number(),
  username: z.string(),
  keyFile: z.string(),
  knownHostsFile: z.string(),
  folder: z.string(),
  name: z.string(),
  owner: z.string(),
});
const imageSchema = z.object({ image: z.string(), fingerprint: z.string() });
const idSchema = z.object({ id: z.string() });
const startSchema = idSchema.extend({ definition: z.string() });

const COMMANDS: Readonly<Record<string, (told: unknown) => Promise<void>>> = {
  async status(told) {
    process.stdout.write(JSON.stringify(await guestStatus(guestOf(told))));
  },
  image: (told) => sendImage(guestOf(told), imageOf(told)),
  disk: (told) => makeDisk(guestOf(told), imageOf(told), idSchema.parse(told).id),
  async start(told) {
    const { definition, id } = startSchema.parse(told);
    await startGuest(guestOf(told), definition, id);
  },
  remove: (told) => removeGuest(guestOf(told)),
};

function guestOf(told: unknown) {
  const { folder, name, owner, ...host } = guestSchema.parse(told);
  return { host, folder, name, owner };
}

function imageOf(told: unknown) {
  const { image, fingerprint } = imageSchema.parse(told);
  return { path: image, fingerprint };
}

/** Makes, starts and removes a guest of a Xen host: `main.ts COMMAND`, which Terraform runs. */
runScript(async () => {
  const [name = ""] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) throw new Error(`there is no command "${name}"`);
  await command(JSON.parse(process.env["OS_IMAGES_XEN"] ?? readFileSync(0, "utf8")) as unknown);
  return 0;
});
