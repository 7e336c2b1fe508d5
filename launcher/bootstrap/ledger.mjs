import { build } from "./build.mjs";
import { embeddedUrl } from "./embedded-database.mjs";
import { runNode } from "./pinned-node.mjs";

/** Runs a command on the books of the running system, or on those DATABASE_URL_LEDGER names. */
export async function ledger(args) {
  process.env.DATABASE_URL_LEDGER ||= embeddedUrl("ledger");
  await build({ web: false });
  await runNode(["subgraphs/ledger/dist/cli.js", ...args]);
}
