import { decodeJwt } from "jose";

/** Who asks, as their token says. */
export interface Asker {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly authorization: string;
}

/** Reads a token that has not ended. The stand-in verifies no signature. */
export function askerOf(authorization: string | undefined): Asker | undefined {
  const token = authorization?.replace(/^Bearer /, "");
  if (!token) return undefined;
  const { sub = "", exp = 0, scope } = decodeJwt(token);
  if (exp * 1000 <= Date.now()) return undefined;
  const scopes = typeof scope === "string" ? scope.split(" ") : [];
  return { subject: sub, scopes, authorization: `Bearer ${token}` };
}
