import { build } from "./build.mjs";
import { embeddedUrl } from "./embedded-database.mjs";
import { runNode } from "./pinned-node.mjs";
import { fail } from "./terminal.mjs";

const FOLLOWERS = ["metrics", "analytics"];

/** Makes a follower read the ledger again from the start, in the running system or in the database that
 * DATABASE_URL_METRICS or DATABASE_URL_ANALYTICS names. */
export async function rebuild([service, ...more]) {
  if (!FOLLOWERS.includes(service) || more.length > 0) {
    fail(`Usage: npm run rebuild -- ${FOLLOWERS.join("|")}`);
  }
  process.env[`DATABASE_URL_${service.toUpperCase()}`] ||= embeddedUrl(service);
  await build({ web: false, services: [`subgraphs/${service}`] });
  await runNode([`subgraphs/${service}/dist/rebuild.js`]);
}
