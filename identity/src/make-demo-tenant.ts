import { createPool, migrate } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { readDemoFile, writeDemoFile } from "./demo/demo-file.ts";
import { makeDemo } from "./demo/make-demo.ts";
import { SecretBox } from "./keys/secret-box.ts";
import { MIGRATIONS } from "./migrations/index.ts";

// Run as a program: node dist/make-demo-tenant.js --demo [--renew]
if (!process.argv.includes("--demo")) {
  process.stderr.write(
    "This makes users whose passwords are written to a file. Confirm with --demo.\n",
  );
  process.exit(1);
}

const config = readConfig();
const { ALLFUNDS_DATA: dataDir, DATABASE_URL_IDENTITY: url } = config;
if ((await readDemoFile(dataDir)) !== undefined && !process.argv.includes("--renew")) {
  process.stdout.write("The demo tenant exists. Give --renew for new credentials.\n");
} else {
  const logger = createLogger("identity", "warn");
  await migrate({ url, migrations: MIGRATIONS, logger });
  const pool = createPool({ url, logger });
  const access = await makeDemo(
    pool,
    new SecretBox(config.IDENTITY_ENCRYPTION_SECRET),
    { issuer: config.IDENTITY_URL, resource: config.GRAPH_AUDIENCE },
    new Date(),
  );
  await pool.end();
  process.stdout.write(`${await writeDemoFile(dataDir, access)}\n`);
}
