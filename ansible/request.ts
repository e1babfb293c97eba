import { z } from "zod";
import { UserError } from "../util/user-error";

const path = z.string().min(1);

/** What a run of Ansible needs: made by `AnsibleRun`, read by `main.ts`. It holds no secret's value. */
export const ansibleRunSchema = z.strictObject({
  /** The run's name in messages. */
  name: z.string(),
  /** Where the machines' host keys and the inventory stay from one run to the next. */
  folder: path,
  /** Folder of the playbook, the playbook below it, and the folder's digest as planned. */
  playbook: z.strictObject({ folder: path, file: path, digest: z.string() }),
  /** Further folders of roles. */
  roles: z.array(z.strictObject({ folder: path, digest: z.string() })),
  machines: z.array(
    z.strictObject({
      name: z.string(),
      address: z.string().min(1),
      port: z.string().regex(/^\d{1,5}$/),
      username: z.string(),
      identity: z.string(),
    }),
  ),
  /** Names of machines by the group's name. */
  groups: z.record(z.string(), z.array(z.string())),
  /** Values for the playbook. */
  variables: z.record(z.string(), z.unknown()),
  secrets: z.array(
    z.strictObject({
      name: z.string(),
      version: z.string(),
      source: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("env"), variable: z.string() }),
        z.strictObject({ kind: z.literal("file"), path }),
      ]),
    }),
  ),
  /** Private key file of the machines' users. */
  keyFile: path,
  /** How long the machines may take until they let the user in. */
  loginTimeoutSeconds: z.number(),
});

export type AnsibleRunRequest = z.infer<typeof ansibleRunSchema>;
export type TargetMachine = AnsibleRunRequest["machines"][number];

/** @throws UserError on a text that is no request */
export function parseAnsibleRun(text: string): AnsibleRunRequest {
  try {
    return ansibleRunSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UserError(`the run of Ansible is not sound: ${reason}`);
  }
}
