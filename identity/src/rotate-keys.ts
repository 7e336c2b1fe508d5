import { createPool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { SecretBox } from "./keys/secret-box.ts";
import { rotateSigningKey } from "./keys/signing-keys.ts";

// Run as a program while the service runs: every replica reads the new key by itself.
const { DATABASE_URL_IDENTITY, IDENTITY_ENCRYPTION_SECRET, IDENTITY_KEY_LEAD_SECONDS } =
  readConfig();
const pool = createPool({ url: DATABASE_URL_IDENTITY, logger: createLogger("identity", "warn") });
const secretBox = new SecretBox(IDENTITY_ENCRYPTION_SECRET);
const kid = await rotateSigningKey(pool, secretBox, IDENTITY_KEY_LEAD_SECONDS);
await pool.end();
process.stdout.write(
  `Key ${kid} is published and signs in ${IDENTITY_KEY_LEAD_SECONDS} s; the earlier key still verifies what it has signed.\n`,
);
