import { build } from "./build.mjs";
import { runNode } from "./pinned-node.mjs";

/** Issues the certificates of every service of a mesh policy, for mutual TLS between them. */
export async function certificates(args) {
  await build({ web: false });
  await runNode(["launcher/dist/certificates/main.js", ...args]);
}
