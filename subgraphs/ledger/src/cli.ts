import { AppError } from "@allfunds/contract/errors";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { parseCliArgs, USAGE } from "./cli/arguments.ts";
import { runCliCommand } from "./cli/commands.ts";
import { readConfig } from "./config.ts";

const config = readConfig();
const pool = createPool({
  url: config.DATABASE_URL_LEDGER,
  logger: createLogger("ledger", "warn"),
  max: 2,
  pipeline: true,
});
try {
  const command = parseCliArgs(process.argv.slice(2), DEMO_TENANT_ID);
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
