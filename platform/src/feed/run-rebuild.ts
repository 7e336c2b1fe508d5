import { createPool, isConnectionFailure } from "../database/pool.ts";
import { createLogger } from "../logging.ts";
import { rebuildReadModel, type Rebuild } from "./rebuild-read-model.ts";

export interface RebuildCommand extends Omit<Rebuild, "pool"> {
  readonly databaseUrl: string;
}

const MISSING = new Set(["42P01", "42703"]);

/** `npm run rebuild` for one service: says what it does, and what keeps it from doing it. */
export async function runRebuild({ databaseUrl, follower, empty }: RebuildCommand): Promise<void> {
  const pool = createPool({ url: databaseUrl, logger: createLogger(follower, "warn"), max: 2 });
  try {
    process.stdout.write(
      `Emptying ${follower}, once all of its replicas have stopped answering.\n`,
    );
    await rebuildReadModel({ pool, follower, empty });
    process.stdout.write(`${follower} is empty and reads the ledger again from the start.\n`);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    process.stderr.write(`Nothing was changed: ${reason}\n`);
    process.exitCode = 1;
  } finally {
    await pool.end();
  }
}

/** Undefined for failures that only a developer can make sense of. */
function reasonOf(error: unknown): string | undefined {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && MISSING.has(code)) {
    return "the database has no tables of this version; start the service once.";
  }
  return isConnectionFailure(error) ? `the database cannot be reached (${message}).` : undefined;
}
