import type { FastifyReply, FastifyRequest } from "fastify";
import { errors } from "oidc-provider";
import { originOf, type Origin } from "../access/origin.ts";
import { formTargetOf } from "../pages/layout.ts";
import { MFA_MISSING, requestsMfa } from "../provider/sign-in-policy.ts";
import type { PageState } from "../store/page-state.ts";
import { findUser, type SignInUser } from "../users/user.ts";
import { nextStep, type Step } from "./next-step.ts";
import type { PageParts } from "./page-parts.ts";

/** One request of one sign-in: what was requested and which step it has reached. */
export interface Visit {
  readonly uid: string;
  /** The address of this sign-in; its forms are below it. */
  readonly base: string;
  readonly state: PageState;
  readonly user: SignInUser | undefined;
  readonly step: Step;
  readonly wantsMfa: boolean;
  /** A signed-in user only adds the second factor. */
  readonly stepUp: boolean;
  readonly loginHint: string;
  readonly clientId: string;
  /** The host or the app that the browser returns to. */
  readonly returnHost: string;
  /** Where forms may end beside these pages: the application, as a source of a content security policy. */
  readonly formTarget: string | undefined;
  /** What the application requests and the user has not decided yet. */
  readonly wantedScopes: readonly string[];
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
  const consents = prompt.name === "consent";
  const state =
    session !== undefined && (stepUp || consents) && stored.userId === undefined
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
    step: consents
      ? "consent"
      : nextStep({
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
    ...returnTo(String(params["redirect_uri"])),
    wantedScopes: missingScopes(prompt.details),
    origin: originOf(request),
  };
}

function returnTo(redirectUri: string): Pick<Visit, "returnHost" | "formTarget"> {
  const formTarget = formTargetOf(redirectUri);
  const isWeb = formTarget?.startsWith("http") === true;
  return { returnHost: isWeb ? new URL(redirectUri).host : (formTarget ?? ""), formTarget };
}

/** What the library found missing in the grant: of OpenID Connect, and by resource. */
function missingScopes(details: Readonly<Record<string, unknown>>): string[] {
  const { missingOIDCScope = [], missingResourceScopes = {} } = details as {
    readonly missingOIDCScope?: readonly string[];
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
  };
  return [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
}
