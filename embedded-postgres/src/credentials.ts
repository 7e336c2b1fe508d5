import { randomBytes } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { z } from "zod";

/** Passwords of the embedded server: the administrator's and the services'. */
const CredentialsFile = z.object({ administrator: z.string(), application: z.string() });
export type Credentials = z.infer<typeof CredentialsFile>;

export const ADMINISTRATOR = "postgres";
/** The services' role is no superuser, because row-level security does not apply to superusers. */
export const APPLICATION = "allfunds";

/** Reads the passwords from the file beside the data, or creates them on the first start. */
export async function loadCredentials(file: string): Promise<Credentials> {
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept !== undefined) return CredentialsFile.parse(JSON.parse(kept));
  const fresh = { administrator: randomPassword(), application: randomPassword() };
  await writeFile(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  await chmod(file, 0o600);
  return fresh;
}

function randomPassword(): string {
  return randomBytes(24).toString("base64url");
}

/** A connection URL of the embedded server. */
export function connectionUrl(role: string, password: string, port: number, db: string): string {
  return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(db)}`;
}
