import { build } from "./build.mjs";
import { runNode } from "./pinned-node.mjs";

/** Copies the databases of the running system, or those that DATABASE_URL_LEDGER and the others name. */
export async function backup(args) {
  await build({ web: false });
  await runNode(["launcher/dist/backup/main.js", "backup", ...args]);
}

/** Puts a backup back into the stopped system, or into the databases that the environment names. */
export async function restore(args) {
  await build({ web: false });
  await runNode(["launcher/dist/backup/main.js", "restore", ...args]);
}
