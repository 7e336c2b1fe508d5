import { build } from "./build.mjs";
import { embeddedUrl } from "./embedded-database.mjs";
import { runNode } from "./pinned-node.mjs";

/** Makes a tenant in the running system, or in the database DATABASE_URL_IDENTITY names; with `--gemini` sets a
 * tenant's consent to the language model, in the database DATABASE_URL_ANALYTICS names; `where`, `move`
 * and `drop` are about its ledger database. */
export async function tenant(args) {
  if (args.some((arg) => arg === "--gemini" || arg.startsWith("--gemini="))) {
    return runIn("analytics", "subgraphs/analytics", "set-consent", args);
  }
  if (["where", "move", "drop"].includes(args[0])) {
    if (!process.env.DATABASE_URL_LEDGER) {
      process.env.ADMIN_DATABASE_URL_LEDGER ||= embeddedUrl("ledger", "administrator");
    }
    return runIn("ledger", "subgraphs/ledger", "move-tenant", args);
  }
  return runIn("identity", "identity", "make-tenant", args);
}

async function runIn(service, folder, command, args) {
  process.env[`DATABASE_URL_${service.toUpperCase()}`] ||= embeddedUrl(service);
  await build({ web: false, services: [folder] });
  await runNode([`${folder}/dist/${command}.js`, ...args]);
}
