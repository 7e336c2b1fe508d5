import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPool, migrate } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { outboxMailer, smtpMailer, type Mailer } from "./mail/mailer.ts";
import { identityMigrations } from "./migrations/index.ts";
import { foundTenant } from "./users/found-tenant.ts";

// Run as a program: makes a tenant and invites its first administrator.
const { values } = parseArgs({
  options: { name: { type: "string" }, email: { type: "string" }, admin: { type: "string" } },
});
const { name, email, admin: adminName } = values;
if (!name || !email || !adminName) {
  process.stderr.write(
    'Say: --name "Northgate Funds" --email ada@northgate.example --admin "Ada Admin"\n',
  );
  process.exit(1);
}

const config = readConfig();
const logger = createLogger("identity", "warn");
const send =
  config.smtpUrl === undefined
    ? outboxMailer(join(config.dataDir, "outbox"), config.mailFrom)
    : smtpMailer(config.smtpUrl, config.mailFrom);
// Also said here: whoever sets up a system may have no mail server yet.
const mail: Mailer = async (letter) => {
  await send(letter);
  process.stdout.write(`${letter.text}\n`);
};

await migrate({ url: config.databaseUrl, migrations: identityMigrations, logger });
const pool = createPool({ url: config.databaseUrl, logger });
try {
  await foundTenant({ pool, mail, config }, { name, email, adminName }, new Date());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await pool.end();
}
