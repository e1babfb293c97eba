import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { makeKeyPair, type KeyPair } from "../../builder/key-pair";
import { SSH_KEY_MARKER } from "../../recipe/login";
import { demoKickstart } from "../../__tests__/support/request";

/** The user that builds of the demo image log in as. */
export const BUILD_USER = "packer";

/** The demo image's kickstart with a key in its place. */
export function kickstartWithKey(): { readonly text: string; readonly key: KeyPair } {
  const key = makeKeyPair("benchmark");
  return { text: demoKickstart().replaceAll(SSH_KEY_MARKER, key.publicKey), key };
}

/** Serves one text at every path of a port of the loopback interface. */
export async function serve(text: string): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((_request, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, server };
}
