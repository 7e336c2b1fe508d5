import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const LIBRARY = "@apollo/federation-internals";
const FOLDERS = [
  ".",
  "gateway",
  "platform",
  "subgraphs/ledger",
  "subgraphs/analytics",
  "subgraphs/metrics",
];

/** Two copies of Apollo's federation library in one tree break the gateway without an error that names them. */
export async function checkSingleFederation(root) {
  const copies = FOLDERS.flatMap((folder) =>
    findPackage(join(root, folder, "node_modules"), LIBRARY),
  );
  return {
    ok: copies.length === 1,
    output: `${LIBRARY} is installed ${copies.length} times:\n${copies.join("\n")}`,
  };
}

function findPackage(modules, name) {
  if (!existsSync(modules)) return [];
  const here = join(modules, name);
  const nested = readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      entry.name.startsWith("@")
        ? readdirSync(join(modules, entry.name)).map((child) => join(modules, entry.name, child))
        : [join(modules, entry.name)],
    );
  const deeper = nested.flatMap((folder) => findPackage(join(folder, "node_modules"), name));
  return existsSync(join(here, "package.json")) ? [here, ...deeper] : deeper;
}
