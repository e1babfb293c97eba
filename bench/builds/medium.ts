import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import ssh2 from "ssh2";
import { buildLoginSection, Login, SSH_KEY_MARKER } from "../../recipe/login";
import { demoKickstart } from "../../__tests__/support/request";

/** The user that builds of the demo image log in as. */
export const BUILD_USER = "packer";

/** The demo image's kickstart with the build's login and its key, and that key's private half, as OpenSSH writes it. */
export function kickstartWithKey(): { readonly text: string; readonly privateKey: string } {
  const key = ssh2.utils.generateKeyPairSync("ed25519", { comment: "benchmark" });
  const text = `${demoKickstart()}${buildLoginSection(Login.buildKey({ username: BUILD_USER }), "")}`;
  return { text: text.replaceAll(SSH_KEY_MARKER, key.public), privateKey: key.private };
}

/** Serves one text at every path of a port of the loopback interface. */
export async function serve(text: string): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((_request, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, server };
}
