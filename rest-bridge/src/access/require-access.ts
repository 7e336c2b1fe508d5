import { AppError } from "@allfunds/contract/errors";
import { requireStepUp, type Caller } from "@allfunds/platform/auth";
import type { FastifyReply } from "fastify";
import type { Access } from "./scopes.ts";

/**
 * Refuses a caller who may not use the endpoint, before a body is read. The graph asks again; but it
 * would carry out a write whose answer the caller may not read, and here nothing has happened yet.
 */
export function requireAccess(caller: Caller, access: Access, reply: FastifyReply): void {
  const missing = access.scopes.filter((scope) => !caller.scopes.includes(scope));
  if (missing.length > 0) {
    void reply.header("www-authenticate", insufficientScope(access.scopes));
    throw new AppError("FORBIDDEN", `This needs the scope ${missing.join(" and the scope ")}.`);
  }
  if (access.secondFactor === true) requireStepUp(caller);
}

/** RFC 6750, section 3.1: the challenge that says which scopes would do. */
const insufficientScope = (scopes: readonly string[]): string =>
  `Bearer error="insufficient_scope", scope="${scopes.join(" ")}"`;
