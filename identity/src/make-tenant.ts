import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPool, migrate } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { createMailer, type Mailer } from "./mail/mailer.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { createTenant, removeAdministrator } from "./users/create-tenant.ts";

// Run as a program: creates a tenant and invites its first administrator, or takes the role of one who is gone.
const { values } = parseArgs({
  options: {
    name: { type: "string" },
    email: { type: "string" },
    admin: { type: "string" },
    "remove-admin": { type: "string" },
  },
});
const { name, email, admin: adminName, "remove-admin": removed } = values;
const tenant = name && email && adminName ? { name, email, adminName } : undefined;
if (tenant === undefined && !removed) {
  process.stderr.write(
    'Give --name "Northgate Funds" --email ada@northgate.example --admin "Ada Admin", or --remove-admin ada@northgate.example\n',
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
  if (tenant !== undefined) await createTenant({ pool, mail, issuer }, tenant, new Date());
  if (removed) {
    const found = await removeAdministrator(pool, removed, new Date());
    if (found === undefined) throw new Error(`${removed} administers no tenant`);
    process.stdout.write(`${found.email} no longer administers the tenant ${found.tenantId}.\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await pool.end();
}
