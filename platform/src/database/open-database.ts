import { ConfigError } from "../config.ts";
import type { Logger } from "../logging.ts";
import { UnfitDatabase } from "./unfit-database.ts";
import { retryWhileUnreachable } from "./retry-while-unreachable.ts";

/**
 * Refusals that another attempt does not change: sign-in, database, rights and settings of the URL by SQLSTATE; then
 * the files that it names, and certificates.
 */
const FAULTS =
  /^(?:28|3D|42501|42704|22023|ENOENT|EISDIR|ENOTDIR|EACCES|CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * Runs the first steps on a database, again while its server cannot be reached. Throws a ConfigError that names
 * the variable of its URL when the server refuses the sign-in, has no such database, or grants too little, when a file
 * or a certificate is at fault, and when the database is unfit.
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
    if (!isFault && !(error instanceof UnfitDatabase) && !isRefusalOfDriver(message)) throw error;
    throw new ConfigError("the service", [`${variable}: ${message ?? ""}`], { cause: error });
  }
}

/** The driver's own refusal: it lacks the password that the server requests, or the server the TLS that the URL does. */
const isRefusalOfDriver = (message = ""): boolean =>
  /client password must be|does not support SSL/i.test(message);
