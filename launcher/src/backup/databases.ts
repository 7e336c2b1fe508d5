import { readEnvironment } from "@allfunds/platform/config";
import { FIRST_DATABASE, readAddresses } from "@allfunds/platform/database-addresses";
import { databaseVariable } from "../services.ts";

export interface BackedUpDatabase {
  /** Its name in a backup. */
  readonly name: string;
  /** The service whose database it is; the ledger may have several. */
  readonly service: string;
  /** The address with which its service signs in; what migrations create belongs to this role. */
  readonly url: string;
  /** The address of a role that may read and write every row. */
  readonly administratorUrl: string;
}

/**
 * In the order of their snapshots: followers before the ledger, and identity behind it, so that every fund's users
 * are there. The web app's sessions are left out: its users sign in again.
 */
export const BACKED_UP = ["metrics", "analytics", "ledger", "identity"] as const;

/** The name in a backup of a ledger database that services name. */
export const ledgerName = (name: string): string =>
  name === FIRST_DATABASE ? "ledger" : `ledger-${name}`;

/** The name with which services name a ledger database of a backup. */
export const addressName = (name: string): string =>
  name === "ledger" ? FIRST_DATABASE : name.replace(/^ledger-/, "");

const FURTHER_LEDGERS = "DATABASE_URLS_LEDGER";
const administratorVariable = (name: string): string => `ADMIN_${databaseVariable(name)}`;

/** The databases that the environment names; undefined when it names none. Throws when it names only some. */
export function givenDatabases(env: NodeJS.ProcessEnv): BackedUpDatabase[] | undefined {
  const values = valuesOf(
    BACKED_UP.flatMap((name) => [databaseVariable(name), administratorVariable(name)]),
    env,
  );
  const given = BACKED_UP.filter((name) => values[databaseVariable(name)] !== undefined);
  if (given.length === 0) return undefined;
  if (given.length < BACKED_UP.length) {
    throw new Error(`Set ${BACKED_UP.map(databaseVariable).join(", ")} together, or none of them.`);
  }
  const databases = BACKED_UP.map((name) => {
    const url = values[databaseVariable(name)] ?? "";
    const administratorUrl = values[administratorVariable(name)] ?? url;
    return { name, service: name, url, administratorUrl };
  });
  return withFurtherLedgers(databases, env);
}

/** The same with the further databases of the ledger that the environment names, behind its first one. */
export function withFurtherLedgers(
  databases: readonly BackedUpDatabase[],
  env: NodeJS.ProcessEnv,
): BackedUpDatabase[] {
  const administrators = `ADMIN_${FURTHER_LEDGERS}`;
  const values = valuesOf([FURTHER_LEDGERS, administrators], env);
  const [services, roles] = [FURTHER_LEDGERS, administrators].map((variable) => {
    const addresses = readAddresses(values[variable] ?? "");
    if (addresses !== undefined) return addresses;
    throw new Error(
      `${variable} must be name=postgres://… with different names, separated by spaces.`,
    );
  });
  const further = (services ?? []).map(({ name, url }) => ({
    name: ledgerName(name),
    service: "ledger",
    url,
    administratorUrl: roles?.find((role) => role.name === name)?.url ?? url,
  }));
  return databases.flatMap((database) =>
    database.name === "ledger" ? [database, ...further] : [database],
  );
}

function valuesOf(variables: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  const { values, problems } = readEnvironment(variables, env);
  if (problems.size > 0) throw new Error([...problems.values()].join("\n"));
  return values;
}
