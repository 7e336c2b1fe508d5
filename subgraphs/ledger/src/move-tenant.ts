import { createPool } from "@allfunds/platform/database";
import { loadConfig } from "@allfunds/platform/config";
import { FIRST_DATABASE, readAddresses } from "@allfunds/platform/database-addresses";
import { createLogger } from "@allfunds/platform/logging";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runCliCommand } from "./cli/commands.ts";
import { readConfig } from "./config.ts";
import { describePlace, dropMoved, moveTenant } from "./moves/tenant-move.ts";

// Run as a program: moves a tenant between ledger databases, or removes what it left behind.
const USAGE = `Usage: npm run tenant -- where TENANT
       npm run tenant -- move TENANT --to DATABASE
       npm run tenant -- drop TENANT --from DATABASE

Databases are ${FIRST_DATABASE}, of DATABASE_URL_LEDGER, and those of DATABASE_URLS_LEDGER (name=postgres://…, separated by spaces).
ADMIN_DATABASE_URL_LEDGER and ADMIN_DATABASE_URLS_LEDGER name roles that see every row and may set triggers aside.
`;

const report = (line: string): boolean => process.stdout.write(`${line}\n`);

const config = readConfig();
const administration = loadConfig("ledger", {
  ADMIN_DATABASE_URL_LEDGER: z.string().default(config.DATABASE_URL_LEDGER),
  ADMIN_DATABASE_URLS_LEDGER: z.string().default(config.DATABASE_URLS_LEDGER),
});
const addressesOf = (first: string, further: string) => [
  { name: FIRST_DATABASE, url: first },
  ...(readAddresses(further) ?? []),
];
const databases = addressesOf(
  administration.ADMIN_DATABASE_URL_LEDGER,
  administration.ADMIN_DATABASE_URLS_LEDGER,
);

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { to: { type: "string" }, from: { type: "string" } },
  });
  const [command, tenantId] = positionals;
  if (command === "where" && tenantId !== undefined) {
    report(await describePlace({ tenantId, databases }));
    return 0;
  }
  if (command === "move" && tenantId !== undefined && values.to !== undefined) {
    return move(tenantId, values.to);
  }
  if (command === "drop" && tenantId !== undefined && values.from !== undefined) {
    const removed = await dropMoved({ tenantId, from: values.from, databases });
    report(`${removed} rows removed from ${values.from}`);
    return 0;
  }
  process.stdout.write(USAGE);
  return 2;
}

/** Ends with a replay of every book in its new place. */
async function move(tenantId: string, to: string): Promise<number> {
  const { closedMs } = await moveTenant({ tenantId, to, databases, report });
  report(`nothing was written for ${Math.round(closedMs)} ms`);
  const services = addressesOf(config.DATABASE_URL_LEDGER, config.DATABASE_URLS_LEDGER);
  const { url = "" } = services.find(({ name }) => name === to) ?? {};
  const pool = createPool({ url, logger: createLogger("ledger", "warn"), max: 2, pipeline: true });
  try {
    const verify = {
      name: "verify",
      tenantId,
      fundId: undefined,
      noted: undefined,
      fromCheckpoint: false,
    } as const;
    return (await runCliCommand(pool, verify)) ? 0 : 1;
  } finally {
    await pool.end();
  }
}
