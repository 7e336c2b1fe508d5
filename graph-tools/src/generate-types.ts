import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { Source } from "graphql";
import { CLIENTS, type GraphClient } from "./clients.ts";
import { readPublicSchema, type PublicSchema } from "./codegen-settings.ts";
import { generateClientTypes } from "./generate-client-types.ts";
import { generateResolverTypes } from "./generate-resolver-types.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RESOLVERS = "graph-tools/src/graph-resolvers.generated.ts";
const MAX_SCHEMA_BYTES = 16 * 1024 * 1024;

/** Prints the public schema, composed now, unless --schema names a file that has it. A process of its own: services share the graph, not code. */
const PRINT_SCHEMA = ["gateway/dist/print-api-schema.js"];

/**
 * Writes the types of the graph for each of its clients and for fakes; with --check only reports
 * what is not current. Exits with 1 when anything is not.
 */
async function generateTypes(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { check: { type: "boolean" }, schema: { type: "string" } },
  });
  const put = values.check === true ? reportDrift : write;
  const schema = readPublicSchema(
    values.schema === undefined ? await printSchema() : await readFile(values.schema, "utf8"),
  );
  await attempt("fake graph", async () =>
    put(RESOLVERS, await generateResolverTypes(schema, RESOLVERS)),
  );
  for (const client of CLIENTS) {
    await attempt(client.name, async () => put(client.output, await clientTypes(schema, client)));
  }
}

async function printSchema(): Promise<string> {
  const options = { cwd: ROOT, maxBuffer: MAX_SCHEMA_BYTES };
  return (await run(process.execPath, PRINT_SCHEMA, options)).stdout;
}

async function clientTypes(schema: PublicSchema, client: GraphClient): Promise<string> {
  const files = globSync(client.documents, {
    cwd: ROOT,
    exclude: client.except === undefined ? [] : [client.except],
  }).sort();
  const sources = await Promise.all(
    files.map(async (file) => new Source(await readFile(join(ROOT, file), "utf8"), file)),
  );
  return generateClientTypes(schema, client, sources);
}

const read = (file: string): Promise<string> => readFile(join(ROOT, file), "utf8").catch(() => "");

async function write(file: string, text: string): Promise<void> {
  if ((await read(file)) === text) return report(`${file} is up to date.`);
  await writeFile(join(ROOT, file), text);
  report(`Wrote ${file}.`);
}

async function reportDrift(file: string, text: string): Promise<void> {
  const committed = (await read(file)).split("\n");
  const current = text.split("\n");
  const line = current.findIndex((content, index) => content !== committed[index]);
  if (line === -1 && committed.length === current.length) return report(`${file} is up to date.`);
  throw new Error(
    `${file} is not current; run "npm run compose". First difference, line ${line + 1}:\n` +
      `  - ${committed[line] ?? "(nothing)"}\n  + ${current[line] ?? "(nothing)"}`,
  );
}

const report = (line: string): void => void process.stdout.write(`${line}\n`);

/** One failure does not hide the next. */
async function attempt(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

await generateTypes(process.argv.slice(2));
