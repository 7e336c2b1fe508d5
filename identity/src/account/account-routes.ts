import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { countRecoveryCodes } from "../factors/recovery-codes.ts";
import { listPasskeys, passkeyRegistration } from "../factors/passkeys.ts";
import { newTotpSecret, totpEnrolment } from "../factors/totp.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { fieldOf, jsonFieldOf } from "../pages/form.ts";
import type { Page } from "../pages/layout.ts";
import { passwordKeptPage } from "../pages/password-pages.ts";
import { problemPage } from "../pages/problem-page.ts";
import { qrSvg } from "../pages/qr-svg.ts";
import { sendPage } from "../pages/send-page.ts";
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
  endOtherSignIn,
  removeOwnPasskey,
  signOutEverywhere,
  type Changed,
} from "./change-factors.ts";
import { listSignIns } from "../users/sign-ins.ts";
import { confirmAccount } from "./confirm-account.ts";
import { openAccount, type AccountVisit } from "./visit-account.ts";

type Action = (visit: AccountVisit, body: unknown) => Promise<Page>;

/** A user's own page: factors, password and sign-ins. Changes ask for the factors again first. */
export function serveAccount(app: FastifyInstance, parts: IdentityParts): void {
  const { config, states } = parts;

  const visiting =
    (action: Action, needsConfirmation: boolean) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const visit = await openAccount(parts, request, reply);
      if (visit === undefined) {
        return sendPage(parts, reply.status(401), noSessionPage(config.webUrl));
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
    const { uri } = totpEnrolment(secret, visit.user.email);
    return accountTotpPage({ qrSvg: await qrSvg(uri), secret, problem });
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
      return changed.problem === undefined
        ? passwordKeptPage(config.webUrl)
        : show(parts, visit, changed);
    },
    "sign-ins/end": async (visit, body) =>
      show(parts, visit, await endOtherSignIn(parts, visit, fieldOf(body, "id"))),
    "sign-out-everywhere": async (visit) => {
      await signOutEverywhere(parts, visit);
      return problemPage("You are signed out", "Every sign-in of yours has ended.");
    },
  };
  for (const [name, action] of Object.entries(actions)) {
    app.post(`/account/${name}`, visiting(action, true));
  }
}

/** The page as it is now, with what the last change came to. */
async function show(parts: IdentityParts, visit: AccountVisit, changed: Changed): Promise<Page> {
  const { pool, site, states } = parts;
  const { user } = visit;
  const options = await passkeyRegistration(pool, site, user);
  await states.write(visit.stateId, { ...visit.state, challenge: options.challenge });
  return securityPage({
    user,
    passkeys: await listPasskeys(pool, user.userId),
    passkeyOptions: JSON.stringify(options),
    codesLeft: await countRecoveryCodes(pool, user.userId),
    signIns: await listSignIns(pool, user.userId),
    ownSignIn: visit.signInId,
    problem: changed.problem,
    done: changed.done,
  });
}
