import type { FastifyReply, FastifyRequest } from "fastify";
import type { Origin } from "../audit/audit-event.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { originOf } from "../pages/origin.ts";
import { ACR } from "../provider/sign-in-policy.ts";
import type { PageState } from "../store/page-state.ts";
import { signInId } from "../users/sign-ins.ts";
import { findUser, type User } from "../users/user.ts";

/** A signed-in user on their own page. */
export interface AccountVisit {
  readonly user: User;
  /** Names the session the browser holds among the user's. */
  readonly signInId: string;
  readonly stateId: string;
  readonly state: PageState;
  /** The user has just shown their factors again, so that they may change them. */
  readonly confirmed: boolean;
  /** The session was begun, or stepped up, with two factors. */
  readonly withTwoFactors: boolean;
  readonly origin: Origin & { readonly ip: string };
}

/** The user whose session the browser holds; undefined when there is none. */
export async function openAccount(
  { protocol, states, pool }: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AccountVisit | undefined> {
  const { provider } = protocol;
  const session = await provider.Session.get(provider.createContext(request.raw, reply.raw));
  if (session.accountId === undefined) return undefined;
  const user = await findUser(pool, session.accountId);
  if (user?.status !== "ACTIVE") return undefined;
  const stateId = `account ${session.uid}`;
  const state = await states.read(stateId);
  return {
    user,
    signInId: signInId(session.uid),
    stateId,
    state,
    confirmed: (state.confirmedUntilMs ?? 0) > Date.now(),
    withTwoFactors: session.acr === ACR.mfa,
    origin: originOf(request),
  };
}
