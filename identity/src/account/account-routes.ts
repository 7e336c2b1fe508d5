import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { listConsents } from "../applications/consent.ts";
import { listPasskeys, passkeyRegistration } from "../factors/passkeys.ts";
import { countRecoveryCodes } from "../factors/recovery-codes.ts";
import { newTotpSecret, totpQrCode } from "../factors/totp.ts";
import { fieldOf, jsonFieldOf } from "../pages/forms.ts";
import { sendPage, type Page } from "../pages/layout.ts";
import { messagePage } from "../pages/notices.ts";
import { listSignIns } from "../sessions/sessions.ts";
import type { PageParts } from "../sign-in/page-parts.ts";
import { confirmAccount, openAccount, type AccountVisit } from "./account-visit.ts";
import {
  accountCodesPage,
  accountTotpPage,
  confirmPage,
  noSessionPage,
  securityPage,
} from "./account-pages.ts";
import {
  addOwnPasskey,
  changePassword,
  changeRecoveryCodes,
  changeTotp,
  endApplication,
  endOtherSignIn,
  removeOwnPasskey,
  signOutEverywhere,
  type Changed,
} from "./change-factors.ts";
import { passwordSetPage } from "./password-pages.ts";

type Action = (visit: AccountVisit, body: unknown) => Promise<Page>;

/** A user's own page: factors, password and sign-ins. Before a change the user shows their factors again. */
export function serveAccount(app: FastifyInstance, parts: PageParts): void {
  const { webUrl, states } = parts;

  const visiting =
    (action: Action, needsConfirmation: boolean) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const visit = await openAccount(parts, request, reply);
      if (visit === undefined) {
        return sendPage(parts, reply.status(401), noSessionPage(webUrl));
      }
      if (needsConfirmation && !visit.confirmed) {
        return sendPage(parts, reply.status(403), confirmPage(visit.user, undefined));
      }
      return sendPage(parts, reply, await action(visit, request.body));
    };

  const overview = (visit: AccountVisit): Promise<Page> => show(parts, visit, {});
  app.get(
    "/account",
    visiting((visit) => {
      if (visit.confirmed) return overview(visit);
      return Promise.resolve(confirmPage(visit.user, undefined));
    }, false),
  );
  app.post("/account/confirm", async (request, reply) => {
    const visit = await openAccount(parts, request, reply);
    if (visit === undefined) return reply.redirect("/account", 303);
    const { body } = request;
    const problem = await confirmAccount(
      parts,
      visit,
      fieldOf(body, "password"),
      fieldOf(body, "code"),
    );
    if (problem === undefined) return reply.redirect("/account", 303);
    return sendPage(parts, reply.status(401), confirmPage(visit.user, problem));
  });
  app.post("/account/kept", (_request, reply) => reply.redirect("/account", 303));

  const totp = async (visit: AccountVisit, problem?: string): Promise<Page> => {
    const secret = visit.state.totpSecret ?? newTotpSecret();
    await states.write(visit.stateId, { ...visit.state, totpSecret: secret });
    const qrCode = await totpQrCode(secret, visit.user.email);
    return accountTotpPage({ qrCode, secret, problem });
  };
  const actions: Readonly<Record<string, Action>> = {
    totp: (visit) => totp(visit),
    "totp/confirm": async (visit, body) => {
      const changed = await changeTotp(parts, visit, fieldOf(body, "code"));
      if (changed.problem !== undefined) return totp(visit, changed.problem);
      const { totpSecret: _used, ...state } = visit.state;
      await states.write(visit.stateId, state);
      return accountCodesPage(changed.codes ?? []);
    },
    passkeys: async (visit, body) => {
      const response = jsonFieldOf(body, "response");
      const changed = await addOwnPasskey(parts, visit, response, fieldOf(body, "name"));
      return show(parts, visit, changed);
    },
    "passkeys/remove": async (visit, body) =>
      show(parts, visit, await removeOwnPasskey(parts, visit, fieldOf(body, "id"))),
    "recovery-codes": async (visit) =>
      accountCodesPage((await changeRecoveryCodes(parts, visit)).codes ?? []),
    password: async (visit, body) => {
      const changed = await changePassword(parts, visit, fieldOf(body, "password"));
      return changed.problem === undefined ? passwordSetPage(webUrl) : show(parts, visit, changed);
    },
    "sign-ins/end": async (visit, body) =>
      show(parts, visit, await endOtherSignIn(parts, visit, fieldOf(body, "id"))),
    "applications/withdraw": async (visit, body) =>
      show(parts, visit, await endApplication(parts, visit, fieldOf(body, "id"))),
    "sign-out-everywhere": async (visit) => {
      await signOutEverywhere(parts, visit);
      return messagePage("You are signed out", "All your sign-ins have ended.");
    },
  };
  for (const [name, action] of Object.entries(actions)) {
    app.post(`/account/${name}`, visiting(action, true));
  }
}

/** The page in its present state, with the outcome of the last change. */
async function show(parts: PageParts, visit: AccountVisit, changed: Changed): Promise<Page> {
  const { pool, orm, site, states } = parts;
  const { user } = visit;
  const options = await passkeyRegistration(orm, site, user);
  await states.write(visit.stateId, { ...visit.state, challenge: options.challenge });
  return securityPage({
    user,
    passkeys: await listPasskeys(orm, user),
    passkeyOptions: JSON.stringify(options),
    codesLeft: await countRecoveryCodes(pool, user.userId),
    consents: await listConsents(pool, user.userId),
    signIns: await listSignIns(pool, user.userId),
    ownSignIn: visit.signInId,
    problem: changed.problem,
    done: changed.done,
  });
}
