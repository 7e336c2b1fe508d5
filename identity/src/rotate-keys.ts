import { createPool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { rotateSigningKey } from "./keys/signing-keys.ts";
import { Vault } from "./keys/vault.ts";

// Run as a program while the service runs: every replica takes the new key by itself.
const config = readConfig();
const pool = createPool({ url: config.databaseUrl, logger: createLogger("identity", "warn") });
const kid = await rotateSigningKey(pool, new Vault(config.encryptionSecret), config.keyLeadSeconds);
await pool.end();
process.stdout.write(
  `Key ${kid} is published and signs in ${config.keyLeadSeconds} s; the earlier one stays valid for what it has signed.\n`,
);
