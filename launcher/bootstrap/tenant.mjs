import { build } from "./build.mjs";
import { embeddedUrl } from "./embedded-database.mjs";
import { runNode } from "./pinned-node.mjs";

/** Makes a tenant in the running system, or in the database DATABASE_URL_IDENTITY names. */
export async function tenant(args) {
  process.env.DATABASE_URL_IDENTITY ||= embeddedUrl("identity");
  await build({ web: false, services: ["identity"] });
  await runNode(["identity/dist/make-tenant.js", ...args]);
}
