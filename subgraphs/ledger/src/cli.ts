import { AppError } from "@allfunds/contract/errors";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool } from "@allfunds/platform/database";
import { FIRST_DATABASE, readAddresses } from "@allfunds/platform/database-addresses";
import { createLogger } from "@allfunds/platform/logging";
import { parseCliArgs, USAGE, type CliCommand } from "./cli/arguments.ts";
import { runCliCommand } from "./cli/commands.ts";
import { readConfig, type Config } from "./config.ts";
import { TenantDirectory } from "./databases/tenant-directory.ts";

const config = readConfig();
const command = parseCliArgs(process.argv.slice(2), DEMO_TENANT_ID);
const pool = createPool({
  url: await urlOf(config, command),
  logger: createLogger("ledger", "warn"),
  max: 2,
  pipeline: true,
});
try {
  if (command === undefined) {
    process.stdout.write(USAGE);
    process.exitCode = 2;
  } else {
    const ok = await runCliCommand(pool, command);
    process.exitCode = ok ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await pool.end();
}

/** The database where the tenant of a command lives. */
async function urlOf(
  { DATABASE_URL_LEDGER: first, DATABASE_URLS_LEDGER }: Config,
  named: CliCommand | undefined,
): Promise<string> {
  const further = readAddresses(DATABASE_URLS_LEDGER) ?? [];
  if (further.length === 0 || named === undefined || !("tenantId" in named)) return first;
  const logger = createLogger("ledger", "warn");
  const directoryPool = createPool({ url: first, logger, max: 1 });
  try {
    const { database } = await new TenantDirectory(directoryPool, logger).placeOf(named.tenantId);
    const found = [{ name: FIRST_DATABASE, url: first }, ...further].find(
      ({ name }) => name === database,
    );
    if (found === undefined) {
      throw new AppError(
        "INVALID_INPUT",
        `The tenant lives in ${database}: see DATABASE_URLS_LEDGER.`,
      );
    }
    return found.url;
  } finally {
    await directoryPool.end();
  }
}
