import { posix } from "node:path";
import { listFiles, readText } from "./repository.mjs";

/**
 * How many pairs of folders may import each other. A pair makes two folders one: neither can be read,
 * tested or moved without the other.
 */
const LIMIT = 0;

const SOURCES = /\.(ts|svelte|mjs|js)$/;
/** Tests, fixtures, benchmarks, evaluations and type declarations may reach anywhere. */
const NOT_COUNTED = /\.(test|fixture)\.|(^|\/)(e2e|bench|eval)\/|\.d\.ts$/;
const IMPORT = /(?:from|import)\s*\(?\s*"((?:\.|#lib\/|\$lib\/)[^"]*)"/g;
const WEB_LIBRARY = "web/src/lib/";

/** Refuses more pairs of folders that import each other than the limit allows, type imports included. */
export async function checkFolders(root) {
  const files = (await listFiles(root)).filter(
    (file) => SOURCES.test(file) && !NOT_COUNTED.test(file),
  );
  const sources = await Promise.all(
    files.map(async (file) => ({ file, text: (await readText(root, file)) ?? "" })),
  );
  const pairs = mutualPairs(sources);
  const lines = pairs.map(
    ({ folders: [one, other], counts: [there, back] }) =>
      `  ${one} (${there} imports) <-> ${other} (${back} imports)`,
  );
  return {
    ok: pairs.length <= LIMIT,
    output: `${pairs.length} pairs of folders import each other, ${LIMIT} at most:\n${lines.join("\n")}`,
  };
}

/**
 * The pairs of folders that import each other, by name; `counts` are the imports of each one's files
 * from the other.
 */
export function mutualPairs(sources) {
  const counts = new Map();
  for (const { file, text } of sources) {
    const from = posix.dirname(file);
    for (const [, specifier] of text.matchAll(IMPORT)) {
      const to = posix.dirname(resolve(from, specifier));
      if (to === from) continue;
      const key = `${from}\n${to}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts.keys()]
    .toSorted((one, other) => one.localeCompare(other))
    .map((key) => key.split("\n"))
    .filter(([from, to]) => from < to && counts.has(`${to}\n${from}`))
    .map(([from, to]) => ({
      folders: [from, to],
      counts: [counts.get(`${from}\n${to}`), counts.get(`${to}\n${from}`)],
    }));
}

function resolve(folder, specifier) {
  const inLibrary = /^[#$]lib\/(.*)$/.exec(specifier)?.[1];
  return inLibrary === undefined ? posix.join(folder, specifier) : `${WEB_LIBRARY}${inLibrary}`;
}
