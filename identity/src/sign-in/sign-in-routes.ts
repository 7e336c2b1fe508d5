import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { recordAudit } from "../audit/audit-log.ts";
import { passkeyChallenge } from "../factors/passkeys.ts";
import { newTotpSecret, totpQrCode } from "../factors/totp.ts";
import { newDeviceEmail } from "../mail/emails.ts";
import { fieldOf, jsonFieldOf } from "../pages/forms.ts";
import { sendPage, type Page } from "../pages/layout.ts";
import { isNewDevice } from "../sessions/known-device.ts";
import { ACR } from "../provider/sign-in-policy.ts";
import type { User } from "../users/user.ts";
import {
  submitCode,
  submitEnrolmentCode,
  submitPasskey,
  submitPassword,
  submitRecoveryCode,
  type Checked,
} from "./factor-checks.ts";
import { consentPage, submitConsent } from "./consent-step.ts";
import type { PageParts } from "./page-parts.ts";
import {
  confirmPasswordPage,
  enrolPage,
  identifyPage,
  recoveryCodesPage,
  secondFactorPage,
} from "./sign-in-pages.ts";
import { openVisit, type Visit } from "./visit.ts";

type SignInRequest = FastifyRequest<{ Params: { uid: string } }>;
type Check = (visit: Visit, body: unknown) => Promise<Checked>;

/** The pages of a sign-in: each form leads back to the step that the sign-in has then reached. */
export function serveSignIn(app: FastifyInstance, parts: PageParts): void {
  app.get("/sign-in/:uid", async (request: SignInRequest, reply) => {
    const visit = await openVisit(parts, request, reply);
    if (visit.step === "done" && visit.user !== undefined) {
      return finish(parts, visit, visit.user, request, reply);
    }
    return sendPage(parts, reply, await showStep(parts, visit), visit.formTarget);
  });

  const checks: Readonly<Record<string, Check>> = {
    password: (visit, body) =>
      submitPassword(parts, visit, fieldOf(body, "email"), fieldOf(body, "password")),
    code: (visit, body) => submitCode(parts, visit, fieldOf(body, "code")),
    recovery: (visit, body) => submitRecoveryCode(parts, visit, fieldOf(body, "code")),
    enrol: (visit, body) => submitEnrolmentCode(parts, visit, fieldOf(body, "code")),
    passkey: (visit, body) => submitPasskey(parts, visit, jsonFieldOf(body, "response")),
  };
  for (const [name, check] of Object.entries(checks)) {
    app.post(`/sign-in/:uid/${name}`, async (request: SignInRequest, reply) => {
      const visit = await openVisit(parts, request, reply);
      const checked = await check(visit, request.body);
      if (!checked.accepted) return again(parts, visit, checked, request, reply);
      await parts.states.write(visit.uid, checked.state);
      return reply.redirect(visit.base, 303);
    });
  }

  app.post("/sign-in/:uid/enrolled", async (request: SignInRequest, reply) => {
    const visit = await openVisit(parts, request, reply);
    const { recoveryCodes: _shown, ...state } = visit.state;
    await parts.states.write(visit.uid, state);
    return reply.redirect(visit.base, 303);
  });

  app.post("/sign-in/:uid/consent", async (request: SignInRequest, reply) =>
    submitConsent(parts, await openVisit(parts, request, reply), request, reply),
  );

  app.post("/sign-in/:uid/cancel", async (request: SignInRequest, reply) => {
    const visit = await openVisit(parts, request, reply);
    await parts.states.remove(visit.uid);
    const returnTo = await parts.protocol.provider.interactionResult(request.raw, reply.raw, {
      error: "access_denied",
      error_description: "the sign-in was cancelled",
    });
    return reply.redirect(returnTo, 303);
  });
}

async function again(
  parts: PageParts,
  visit: Visit,
  checked: Checked & { accepted: false },
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { problem, retryAfterSeconds } = checked;
  const page = await showStep(parts, visit, problem, fieldOf(request.body, "email") || undefined);
  if (retryAfterSeconds !== undefined) void reply.header("retry-after", retryAfterSeconds);
  const status = retryAfterSeconds === undefined ? 401 : 429;
  return sendPage(parts, reply.status(status), page, visit.formTarget);
}

async function finish(
  { pool, states, protocol, mail, logger }: PageParts,
  visit: Visit,
  user: User,
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const amr = [...(visit.state.factors ?? [])];
  const isNew = !visit.stepUp && (await isNewDevice(pool, user, visit.origin));
  await recordAudit(pool, {
    action: visit.stepUp ? "step-up" : "sign-in",
    outcome: "ALLOWED",
    tenantId: user.tenantId,
    actorKind: "USER",
    actorId: user.userId,
    clientId: visit.clientId,
    factors: amr,
    origin: visit.origin,
  });
  if (isNew) {
    const email = newDeviceEmail(user.email, user.name, { ...visit.origin, at: new Date() });
    // A sign-in does not wait for mail, and is not refused without it.
    mail(email).catch((error: unknown) => logger.warn({ err: error }, "no mail of a new device"));
  }
  await states.remove(visit.uid);
  const returnTo = await protocol.provider.interactionResult(request.raw, reply.raw, {
    login: {
      accountId: user.userId,
      amr,
      acr: amr.includes("mfa") ? ACR.mfa : ACR.password,
    },
  });
  return reply.redirect(returnTo, 303);
}

/** The page of the step that a sign-in has reached; `problem` is why it is shown again. */
async function showStep(
  parts: PageParts,
  visit: Visit,
  problem?: string,
  email?: string,
): Promise<Page> {
  const { step, base, state, user } = visit;
  if (step === "consent") return consentPage(parts, visit);
  if (step === "identify" || user === undefined) {
    const passkeyOptions = await challenge(parts, visit);
    return identifyPage(base, { email: email ?? visit.loginHint, passkeyOptions, problem });
  }
  if (step === "confirm-password") return confirmPasswordPage(base, { email: user.email, problem });
  if (step === "recovery-codes") return recoveryCodesPage(base, state.recoveryCodes ?? []);
  if (step === "enrol") return enrolStep(parts, visit, user, problem);
  return secondFactorPage(base, {
    hasTotp: user.hasTotp,
    passkeyOptions: user.passkeys > 0 ? await challenge(parts, visit) : undefined,
    problem,
  });
}

/** A new challenge for every page shown; only the newest counts. */
async function challenge({ site, states }: PageParts, visit: Visit): Promise<string> {
  const options = await passkeyChallenge(site);
  await states.write(visit.uid, { ...visit.state, challenge: options.challenge });
  return JSON.stringify(options);
}

async function enrolStep(
  { states }: PageParts,
  visit: Visit,
  user: User,
  problem: string | undefined,
): Promise<Page> {
  const secret = visit.state.totpSecret ?? newTotpSecret();
  await states.write(visit.uid, { ...visit.state, totpSecret: secret });
  const qrCode = await totpQrCode(secret, user.email);
  return enrolPage(visit.base, { qrCode, secret, problem });
}
