import type { FastifyReply, FastifyRequest } from "fastify";
import { errors } from "oidc-provider";
import type { Origin } from "../audit/audit-event.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { originOf } from "../pages/origin.ts";
import { asksForMfa, MFA_MISSING } from "../provider/sign-in-policy.ts";
import type { PageState } from "../store/page-state.ts";
import { findUser, type User } from "../users/user.ts";
import { nextStep, type Step } from "./next-step.ts";

/** One request of one sign-in: what was asked for and how far it has come. */
export interface Visit {
  readonly uid: string;
  /** The address of this sign-in; its forms are below it. */
  readonly base: string;
  readonly state: PageState;
  readonly user: User | undefined;
  readonly step: Step;
  readonly wantsMfa: boolean;
  /** A signed-in user only adds the second factor. */
  readonly stepUp: boolean;
  readonly loginHint: string;
  readonly clientId: string;
  readonly origin: Origin & { readonly ip: string };
}

/** Finds the sign-in the browser's cookie belongs to. Throws SessionNotFound when there is none. */
export async function openVisit(
  { protocol, states, pool }: IdentityParts,
  request: FastifyRequest<{ Params: { uid: string } }>,
  reply: FastifyReply,
): Promise<Visit> {
  const interaction = await protocol.provider.interactionDetails(request.raw, reply.raw);
  const { uid, prompt, params, session } = interaction;
  if (uid !== request.params.uid) throw new errors.SessionNotFound("another sign-in is running");
  const stepUp = session !== undefined && prompt.reasons.every((reason) => reason === MFA_MISSING);
  const stored = await states.read(uid);
  const state =
    stepUp && stored.userId === undefined
      ? { ...stored, userId: session.accountId, factors: session.amr ?? [] }
      : stored;
  const found = state.userId === undefined ? undefined : await findUser(pool, state.userId);
  const user = found?.status === "ACTIVE" ? found : undefined;
  const wantsMfa = asksForMfa(params["acr_values"]);
  return {
    uid,
    base: `/sign-in/${uid}`,
    state,
    user,
    step: nextStep({
      user,
      factors: state.factors ?? [],
      passwordGiven: state.passwordGiven === true,
      codesToShow: state.recoveryCodes !== undefined,
      wantsMfa,
    }),
    wantsMfa,
    stepUp,
    loginHint: typeof params["login_hint"] === "string" ? params["login_hint"] : "",
    clientId: String(params["client_id"]),
    origin: originOf(request),
  };
}
