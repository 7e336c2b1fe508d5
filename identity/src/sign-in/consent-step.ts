import { SCOPE_SENTENCES } from "@allfunds/contract/scopes";
import type { FastifyReply, FastifyRequest } from "fastify";
import { findLiveApplication, type Application } from "../applications/application.ts";
import { findConsent, recordConsent } from "../applications/consent.ts";
import { recordAudit } from "../audit/audit-log.ts";
import { fieldOf } from "../pages/forms.ts";
import { html, type Html } from "../pages/html.ts";
import type { Page } from "../pages/layout.ts";
import type { User } from "../users/user.ts";
import type { PageParts } from "./page-parts.ts";
import type { Visit } from "./visit.ts";

type SignInRequest = FastifyRequest<{ Params: { uid: string } }>;

const IDENTITY_SENTENCES: Readonly<Record<string, string>> = {
  openid: "Recognise you",
  profile: "Read your name",
  email: "Read your email address",
};

const sentenceOf = (scope: string): string =>
  IDENTITY_SENTENCES[scope] ?? SCOPE_SENTENCES[scope as keyof typeof SCOPE_SENTENCES] ?? scope;

const scopeRow = (scope: string): Html =>
  html`<li>
    <label>
      <input
        type="checkbox"
        name="allow ${scope}"
        value="yes"
        checked
        ${scope === "openid" ? html`disabled` : undefined}
      />
      ${sentenceOf(scope)} <span class="soft">${scope}</span>
    </label>
  </li>`;

/** Shows the user what an application requests; each scope can be left out. */
export async function consentPage({ pool }: PageParts, visit: Visit): Promise<Page> {
  const application = await findLiveApplication(pool, visit.clientId);
  return {
    title: "Allow an application",
    body: html`<p>
        <strong>${application?.name ?? visit.clientId}</strong> wants to act for you,
        ${visit.user?.name}.
        ${
          visit.returnHost === ""
            ? "It runs on the device whose code you typed."
            : html`It will return to <code>${visit.returnHost}</code>.`
        }
      </p>
      <form method="post" action="${visit.base}/consent" class="stack">
        <ul class="rows">
          ${visit.wantedScopes.map(scopeRow)}
        </ul>
        <button class="button button-primary" type="submit">Allow</button>
      </form>
      <form method="post" action="${visit.base}/cancel" class="aside">
        <button class="link" type="submit">Refuse</button>
      </form>`,
  };
}

/** Records what the user allows, and returns to the application. */
export async function submitConsent(
  parts: PageParts,
  visit: Visit,
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { pool, protocol } = parts;
  const { user, clientId } = visit;
  const application = await findLiveApplication(pool, clientId);
  const isOwn = application !== undefined && application.tenantId === user?.tenantId;
  const result =
    visit.step === "consent" && isOwn && user !== undefined
      ? { consent: { grantId: await allow(parts, visit, user, application, request) } }
      : REFUSED;
  return reply.redirect(
    await protocol.provider.interactionResult(request.raw, reply.raw, result),
    303,
  );
}

/** The answer of a user's organisation that has not registered the application, and of a form out of turn. */
const REFUSED = {
  error: "access_denied",
  error_description: "the application is not registered by the user's organisation",
};

const isOfGraph = (scope: string): boolean => Object.hasOwn(SCOPE_SENTENCES, scope);
const graphPart = (scopes: readonly string[]): string => scopes.filter(isOfGraph).join(" ");
const identityPart = (scopes: readonly string[]): string =>
  scopes.filter((scope) => !isOfGraph(scope)).join(" ");

async function allow(
  { pool, protocol, resources }: PageParts,
  visit: Visit,
  user: User,
  application: Application,
  request: SignInRequest,
): Promise<string> {
  const { clientId, origin, wantedScopes } = visit;
  const isAllowed = (scope: string): boolean =>
    scope === "openid" || fieldOf(request.body, `allow ${scope}`) === "yes";
  const allowed = wantedScopes.filter(isAllowed);
  const refused = wantedScopes.filter((scope) => !isAllowed(scope));
  await recordConsent(pool, user, clientId, allowed);
  await recordAudit(pool, {
    action: "application.allow",
    outcome: "ALLOWED",
    tenantId: user.tenantId,
    actorKind: "USER",
    actorId: user.userId,
    clientId,
    subject: clientId,
    origin,
    detail: { name: application.name, allowed, refused },
  });
  // With what the user allowed before: only the rest was shown, and the request is for all of it.
  const held = (await findConsent(pool, user.userId, clientId))?.scopes ?? allowed;
  const grant = new protocol.provider.Grant({ clientId, accountId: user.userId });
  grant.addOIDCScope(identityPart(held));
  grant.rejectOIDCScope(identityPart(refused));
  for (const resource of resources) {
    grant.addResourceScope(resource, graphPart(held));
    grant.rejectResourceScope(resource, graphPart(refused));
  }
  return grant.save();
}
