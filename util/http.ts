import type { Response } from "undici";
import { UserError } from "./user-error";

/**
 * Asks for a URL, through the proxy that `http_proxy`, `https_proxy` and `no_proxy` name (also in capitals). Rejects as
 * `fetch` does if nothing answers, and on an answer that is no success; `reasonOf` says why.
 * @throws UserError on a proxy that is no URL
 */
export async function get(url: string, signal: AbortSignal): Promise<Response> {
  const proxies = {
    ...proxyOf("http_proxy", "HTTP_PROXY", "httpProxy"),
    ...proxyOf("https_proxy", "HTTPS_PROXY", "httpsProxy"),
  };
  // Loaded here, as it takes a tenth of a second that most builds need not spend.
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  // Without a tunnel, as curl does it: proxies often let CONNECT through to port 443 alone. https always has one.
  const answer = await fetch(url, { signal, dispatcher: new EnvHttpProxyAgent({ ...proxies, proxyTunnel: false }) });
  if (answer.ok) return answer;
  await answer.body?.cancel();
  throw new TypeError(`it answers ${answer.status}`);
}

/** Why a fetch failed, without the URL: `fetch` hides the reason in the cause of its error. */
export function reasonOf(error: unknown): string {
  const { cause, message, code } = error as Error & { readonly code?: string };
  if (cause !== undefined) return reasonOf(cause);
  return message || code || String(error);
}

/** A proxy without a scheme is one that speaks http, as curl and Go have it. A password may be in it: it is not shown. */
function proxyOf(name: string, inCapitals: string, option: string): Record<string, string> {
  const value = process.env[name] || process.env[inCapitals];
  if (value === undefined || value === "") return {};
  const url = value.includes("://") ? value : `http://${value}`;
  if (!URL.canParse(url) || !/^(https?|socks5?):$/.test(new URL(url).protocol)) {
    throw new UserError(`the environment variable ${name} is no URL of a proxy: write it as http://HOST:PORT`);
  }
  return { [option]: url };
}
