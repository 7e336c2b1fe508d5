import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPool, migrate } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { setSecondFactorPolicy, type SecondFactorPolicy } from "./users/second-factor-policy.ts";
import { readConfig } from "./config.ts";
import { createMailer, type Mailer } from "./mail/mailer.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { createTenant, operatorOf, removeAdministrator } from "./users/create-tenant.ts";

const POLICIES: ReadonlyMap<string, SecondFactorPolicy> = new Map([
  ["everyone", "EVERYONE"],
  ["by-role", "BY_ROLE"],
]);
const SENTENCES = { EVERYONE: "by everyone", BY_ROLE: "by approvers and administrators" } as const;

// Run as a program: creates a tenant and invites its first administrator, takes the role of one who is gone, or sets
// who signs in with two factors.
const { values } = parseArgs({
  options: {
    name: { type: "string" },
    email: { type: "string" },
    admin: { type: "string" },
    "remove-admin": { type: "string" },
    "second-factor": { type: "string" },
    tenant: { type: "string" },
  },
});
const { name, email, admin: adminName, "remove-admin": removed } = values;
const tenant = name && email && adminName ? { name, email, adminName } : undefined;
const { "second-factor": factor, tenant: ofTenant } = values;
const policy = POLICIES.get(factor ?? "");
const isComplete = policy !== undefined && ofTenant !== undefined;
if (tenant === undefined && !removed && !isComplete) {
  process.stderr.write(
    'Give --name "Northgate Funds" --email ada@northgate.example --admin "Ada Admin", --remove-admin ada@northgate.example, or --second-factor everyone --tenant ID (or by-role)\n',
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
  if (isComplete) {
    const manager = operatorOf(ofTenant, new Date());
    const set = await setSecondFactorPolicy(pool, manager, policy);
    if (set === undefined) throw new Error(`there is no tenant ${ofTenant}`);
    process.stdout.write(`In the tenant ${ofTenant} two factors are needed ${SENTENCES[set]}.\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await pool.end();
}
