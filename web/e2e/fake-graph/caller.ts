import { codedError } from "./coded-error.ts";
import { decodeJwt } from "jose";

/** The caller of an operation, from the token. */
export interface Caller {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly authorization: string;
}

/** Reads a token that has not expired. The fake verifies no signature. */
export function callerOf(authorization: string | undefined): Caller | undefined {
  const token = authorization?.replace(/^Bearer /, "");
  if (!token) return undefined;
  const { sub = "", exp = 0, scope } = decodeJwt(token);
  if (exp * 1000 <= Date.now()) return undefined;
  const scopes = typeof scope === "string" ? scope.split(" ") : [];
  return { subject: sub, scopes, authorization: `Bearer ${token}` };
}

/** Refuses a caller without the scope. */
export function requireScope({ scopes }: Caller, scope: string): void {
  if (!scopes.includes(scope)) throw codedError("FORBIDDEN", `This needs the scope ${scope}.`);
}
