import { ROOT, runQuietly } from "../terminal.mjs";

const PACK = ["pack", "--dry-run", "--json", "--workspace", "rest-client"];
const NEEDED = ["dist/index.js", "dist/index.d.ts", "dist/operations.generated.js", "README.md"];

/** Packs the REST client as npm would, and refuses an archive that cannot be imported or carries sources. */
export async function checkClientPackage() {
  const { ok, output } = await runQuietly("npm", PACK, { cwd: ROOT });
  if (!ok) return { ok, output };
  const [{ files }] = JSON.parse(output.slice(output.indexOf("[")));
  const paths = files.map(({ path }) => path);
  const faults = [
    ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing.`),
    ...paths.filter((path) => path.startsWith("src/")).map((path) => `${path} is a source.`),
  ];
  return { ok: faults.length === 0, output: faults.join("\n") };
}
