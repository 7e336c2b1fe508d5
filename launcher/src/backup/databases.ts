import { readEnvironment } from "@allfunds/platform/config";
import { databaseVariable } from "../services.ts";
import type { RestoreTarget } from "./restore-backup.ts";

export type BackedUpDatabase = RestoreTarget;

/**
 * In the order of their snapshots: followers before the ledger, and identity behind it, so that every fund's users
 * are there. The web app's sessions are left out: its users sign in again.
 */
export const BACKED_UP = ["metrics", "analytics", "ledger", "identity"] as const;

const administratorVariable = (name: string): string => `ADMIN_${databaseVariable(name)}`;

/** The databases that the environment names; undefined when it names none. Throws when it names only some. */
export function givenDatabases(env: NodeJS.ProcessEnv): BackedUpDatabase[] | undefined {
  const variables = BACKED_UP.flatMap((name) => [
    databaseVariable(name),
    administratorVariable(name),
  ]);
  const { values, problems } = readEnvironment(variables, env);
  if (problems.size > 0) throw new Error([...problems.values()].join("\n"));
  const given = BACKED_UP.filter((name) => values[databaseVariable(name)] !== undefined);
  if (given.length === 0) return undefined;
  if (given.length < BACKED_UP.length) {
    throw new Error(`Set ${BACKED_UP.map(databaseVariable).join(", ")} together, or none of them.`);
  }
  return BACKED_UP.map((name) => {
    const url = values[databaseVariable(name)] ?? "";
    return { name, url, administratorUrl: values[administratorVariable(name)] ?? url };
  });
}
