// Class 08: connection exceptions; 57P0x: the server is shutting down, crashed or starting up.
const CONNECTION_STATES = new Set(["57P01", "57P02", "57P03"]);
const CONNECTION_ERRNOS = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
]);

/** True when the connection failed, so the outcome of a commit is unknown; false for an SQL error. */
export function isConnectionFailure(error: unknown): boolean {
  // Errors of Node itself, such as AbortError, may have numeric codes.
  const { code, message } = error as { code?: string | number; message?: string };
  if (
    typeof code === "string" &&
    (code.startsWith("08") || CONNECTION_STATES.has(code) || CONNECTION_ERRNOS.has(code))
  ) {
    return true;
  }
  return /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i.test(
    message ?? "",
  );
}
