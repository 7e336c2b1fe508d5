import type { FastifyReply, FastifyRequest } from "fastify";
import { errors } from "oidc-provider";
import { originOf, type Origin } from "../access/origin.ts";
import { MFA_MISSING, requestsMfa } from "../provider/sign-in-policy.ts";
import type { PageState } from "../store/page-state.ts";
import { findUser, type User } from "../users/user.ts";
import { nextStep, type Step } from "./next-step.ts";
import type { PageParts } from "./page-parts.ts";

/** One request of one sign-in: what was requested and which step it has reached. */
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

/** Finds the sign-in of the browser's cookie. Throws SessionNotFound when there is none. */
export async function openVisit(
  { protocol, states, pool }: PageParts,
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
  const wantsMfa = requestsMfa(params["acr_values"]);
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
