import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ROOT } from "./terminal.mjs";

const POSTGRES_PORT = 5442;

const USERS = { application: "allfunds", administrator: "postgres" };

/** The URL of a database of the running system's own PostgreSQL, for its services or its administrator. */
export function embeddedUrl(database, role = "application") {
  const data = process.env.ALLFUNDS_DATA || join(ROOT, ".data");
  const file = join(data, "postgres.passwords.json");
  if (!existsSync(file)) {
    const variable = `DATABASE_URL_${database.toUpperCase()}`;
    fail(`There is no ${file}. Start the system first (npm start), or set ${variable}.`);
  }
  const password = JSON.parse(readFileSync(file, "utf8"))[role];
  const offset = Number(process.env.PORT_OFFSET || 0);
  const port = process.env.POSTGRES_PORT || POSTGRES_PORT + offset;
  return `postgres://${USERS[role]}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}
