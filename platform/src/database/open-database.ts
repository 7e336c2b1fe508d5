import { ConfigError } from "../config.ts";
import type { Logger } from "../logging.ts";
import { UnfitDatabase } from "./unfit-database.ts";
import { retryWhileUnreachable } from "./retry-while-unreachable.ts";

/** Refusals that another attempt does not change, by SQLSTATE: sign-in, database, rights. */
const FAULTS = /^(?:28|3D|42501)/;

/**
 * Runs the first steps on a database, again while its server cannot be reached. Throws a ConfigError that names
 * the variable of its URL when the server refuses the sign-in, has no such database, or grants too little, and when the
 * database is unfit.
 */
export async function openDatabase<T>(
  variable: string,
  logger: Logger,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await retryWhileUnreachable(`the database of ${variable}`, logger, step);
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: string };
    const isFault = typeof code === "string" && FAULTS.test(code);
    if (!isFault && !(error instanceof UnfitDatabase) && !isPasswordAbsent(message)) throw error;
    throw new ConfigError("the service", [`${variable}: ${message ?? ""}`], { cause: error });
  }
}

/** The driver's own refusal to sign in without the password that the server requests. */
const isPasswordAbsent = (message = ""): boolean => /client password must be/i.test(message);
