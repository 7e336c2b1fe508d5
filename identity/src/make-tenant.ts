import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPool, migrate } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { createMailer, type Mailer } from "./mail/mailer.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { createTenant } from "./users/create-tenant.ts";

// Run as a program: creates a tenant and invites its first administrator.
const { values } = parseArgs({
  options: { name: { type: "string" }, email: { type: "string" }, admin: { type: "string" } },
});
const { name, email, admin: adminName } = values;
if (!name || !email || !adminName) {
  process.stderr.write(
    'Give --name "Northgate Funds" --email ada@northgate.example --admin "Ada Admin"\n',
  );
  process.exit(1);
}

const config = readConfig();
const { DATABASE_URL_IDENTITY: url, IDENTITY_URL: issuer } = config;
const logger = createLogger("identity", "warn");
const send = createMailer({
  smtpUrl: config.SMTP_URL,
  outbox: join(config.ALLFUNDS_DATA, "outbox"),
  from: config.MAIL_FROM,
});
// Printed as well: a new system may have no mail server yet.
const mail: Mailer = async (message) => {
  await send(message);
  process.stdout.write(`${message.text}\n`);
};

await migrate({ url, migrations: MIGRATIONS, logger });
const pool = createPool({ url, logger });
try {
  await createTenant({ pool, mail, issuer }, { name, email, adminName }, new Date());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await pool.end();
}
