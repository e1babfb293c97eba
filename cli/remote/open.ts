import { existsSync } from "node:fs";
import { openRemote } from "../../remote/open";
import type { Remote } from "../../remote/remote";
import { remoteSettings } from "../../remote/settings";
import { readJson } from "../../util/json-file";
import { PROJECT_FILE, projectPath } from "../../util/project-folder";
import { onEndSignal } from "../../util/signals";
import { UserError } from "../../util/user-error";

/**
 * Works with the remote of the environment or of cdktf.json until it is done or interrupted. Gives the exit code, 130 for an
 * interruption.
 * @throws UserError if there is no remote
 */
export async function withRemote(work: (remote: Remote, signal: AbortSignal) => Promise<number>): Promise<number> {
  const interruption = new AbortController();
  const release = onEndSignal(() => interruption.abort());
  try {
    const remote = await openRemote(configuredAddress(), { signal: interruption.signal });
    return await work(remote, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.stderr.write("interrupted; the next run goes on where this one was\n");
    return 130;
  } finally {
    release();
  }
}

function configuredAddress(): string {
  const file = projectPath(PROJECT_FILE);
  const project = existsSync(file) ? readJson(file) : undefined;
  const { context } = (project ?? {}) as { readonly context?: { readonly osImages?: { readonly remote?: unknown } } };
  const settings = remoteSettings({ remote: context?.osImages?.remote });
  if (settings !== undefined) return settings.address;
  throw new UserError(
    `no remote is known: set OS_IMAGES_REMOTE=s3://BUCKET/PREFIX, or write "osImages": { "remote": "s3://..." } into the context ` +
      `of ${PROJECT_FILE}`,
  );
}
