/** How long a site may pause in the middle of a file. */
const PAUSE_SECONDS = 20;

export interface DownloadOptions {
  /** Gets the number of bytes so far. */
  readonly onBytes?: (bytes: number) => void;
  /** How long the site may take to answer. @default 4 */
  readonly answerSeconds?: number;
}

/**
 * The body of `url`; undefined when it cannot be had: no answer in time, another status than 2xx, or a transfer that
 * breaks off.
 */
export async function download(url: string, options: DownloadOptions = {}): Promise<Buffer | undefined> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const patience = (seconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), seconds * 1000);
  };
  try {
    patience(options.answerSeconds ?? 4);
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || !response.body) return undefined;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    patience(PAUSE_SECONDS);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.length;
      options.onBytes?.(bytes);
      patience(PAUSE_SECONDS);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (isNetworkError(error)) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** `fetch` rejects with a TypeError for what goes wrong on the way, and with an AbortError when its time is over. */
function isNetworkError(error: unknown): boolean {
  return ["TypeError", "AbortError"].includes((error as Error).name);
}
