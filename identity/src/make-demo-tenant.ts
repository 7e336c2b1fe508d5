import { createPool, migrate } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { readDemoFile, writeDemoFile } from "./demo/demo-file.ts";
import { makeDemo } from "./demo/make-demo.ts";
import { Vault } from "./keys/vault.ts";
import { identityMigrations } from "./migrations/index.ts";

// Run as a program: node dist/make-demo-tenant.js --demo [--renew]
if (!process.argv.includes("--demo")) {
  process.stderr.write("This makes users whose passwords are written to a file. Say --demo.\n");
  process.exit(1);
}

const config = readConfig();
if ((await readDemoFile(config.dataDir)) !== undefined && !process.argv.includes("--renew")) {
  process.stdout.write("The demo tenant is there. Say --renew for new credentials.\n");
} else {
  const logger = createLogger("identity", "warn");
  await migrate({ url: config.databaseUrl, migrations: identityMigrations, logger });
  const pool = createPool({ url: config.databaseUrl, logger });
  const access = await makeDemo(pool, new Vault(config.encryptionSecret), config, new Date());
  await pool.end();
  process.stdout.write(`${await writeDemoFile(config.dataDir, access)}\n`);
}
