import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { runNode } from "./pinned-node.mjs";
import { fail, ROOT } from "./terminal.mjs";

const POSTGRES_PORT = 5442;

/** Runs a command on the books of the running system, or on those DATABASE_URL_LEDGER names. */
export async function ledger(args) {
  process.env.DATABASE_URL_LEDGER ||= embeddedUrl();
  await build({ web: false });
  await runNode(["subgraphs/ledger/dist/cli.js", ...args]);
}

function embeddedUrl() {
  const data = process.env.ALLFUNDS_DATA || join(ROOT, ".data");
  const file = join(data, "postgres.passwords.json");
  if (!existsSync(file)) {
    fail(`There is no ${file}. Start the system first (npm start), or set DATABASE_URL_LEDGER.`);
  }
  const { application } = JSON.parse(readFileSync(file, "utf8"));
  const offset = Number(process.env.PORT_OFFSET || 0);
  const port = process.env.POSTGRES_PORT || POSTGRES_PORT + offset;
  return `postgres://allfunds:${encodeURIComponent(application)}@127.0.0.1:${port}/ledger`;
}
