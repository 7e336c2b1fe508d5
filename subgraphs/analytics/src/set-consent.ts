import { parseArgs } from "node:util";
import { databaseUrl, loadConfig } from "@allfunds/platform/config";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { createPool, withTransaction } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import { decideConsent } from "./consent/consent-store.ts";
import { dropWaiting, enqueueUncertain } from "./questions/backlog.ts";

const USAGE =
  "Usage: npm run tenant -- --gemini on|off [--tenant ID]      (the demo tenant without an ID)";

/** `npm run tenant -- --gemini on`: gives or withdraws a tenant's consent to the language model. */
async function main(): Promise<string> {
  const { values } = parseArgs({
    options: { gemini: { type: "string" }, tenant: { type: "string" } },
  });
  const { gemini, tenant: tenantId = DEMO_TENANT_ID } = values;
  if ((gemini !== "on" && gemini !== "off") || !isId(tenantId)) throw new TypeError(USAGE);
  const { DATABASE_URL_ANALYTICS: url } = loadConfig("analytics", {
    DATABASE_URL_ANALYTICS: databaseUrl(),
  });
  const pool = createPool({ url, logger: createLogger("analytics", "warn"), max: 1 });
  try {
    const given = gemini === "on";
    const isNew = await withTransaction(pool, { tenantId }, async (client) => {
      const decided = await decideConsent(client, tenantId, { given, by: "command" });
      await (given ? enqueueUncertain(client, tenantId) : dropWaiting(client, tenantId));
      return decided;
    });
    const state = given ? "has consented" : "has not consented";
    return `Tenant ${tenantId} ${state} to Gemini${isNew ? "" : ", as before"}.`;
  } finally {
    await pool.end();
  }
}

try {
  process.stdout.write(`${await main()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
