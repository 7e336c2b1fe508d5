const NEEDED = ["dist/index.js", "dist/index.d.ts", "dist/operations.generated.js", "README.md"];

/** How the REST client is packed without writing the archive. */
export const PACK_CLIENT = ["pack", "--dry-run", "--json", "--workspace", "rest-client"];

/** Refuses an archive of the REST client that cannot be imported or carries sources; takes what npm printed. */
export function checkClientPackage({ ok, output }) {
  if (!ok) return { ok, output };
  const [{ files }] = JSON.parse(output.slice(output.indexOf("[")));
  const paths = files.map(({ path }) => path);
  const faults = [
    ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing.`),
    ...paths.filter((path) => path.startsWith("src/")).map((path) => `${path} is a source.`),
  ];
  return { ok: faults.length === 0, output: faults.join("\n") };
}
