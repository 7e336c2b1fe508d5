import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { recordAudit } from "../audit/record-audit.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { fieldOf, jsonFieldOf } from "../pages/form.ts";
import { sendPage } from "../pages/send-page.ts";
import { ACR } from "../provider/sign-in-policy.ts";
import type { User } from "../users/user.ts";
import {
  giveCode,
  giveEnrolmentCode,
  givePasskey,
  givePassword,
  giveRecoveryCode,
  type Checked,
} from "./factor-checks.ts";
import { showStep } from "./show-step.ts";
import { openVisit, type Visit } from "./visit.ts";

type SignInRequest = FastifyRequest<{ Params: { uid: string } }>;
type Check = (visit: Visit, body: unknown) => Promise<Checked>;

/** The pages of a sign-in: each form leads back to the step the sign-in has then come to. */
export function serveSignIn(app: FastifyInstance, parts: IdentityParts): void {
  app.get("/sign-in/:uid", async (request: SignInRequest, reply) => {
    const visit = await openVisit(parts, request, reply);
    if (visit.step === "done" && visit.user !== undefined) {
      return finish(parts, visit, visit.user, request, reply);
    }
    return sendPage(parts, reply, await showStep(parts, visit));
  });

  const checks: Readonly<Record<string, Check>> = {
    password: (visit, body) =>
      givePassword(parts, visit, fieldOf(body, "email"), fieldOf(body, "password")),
    code: (visit, body) => giveCode(parts, visit, fieldOf(body, "code")),
    recovery: (visit, body) => giveRecoveryCode(parts, visit, fieldOf(body, "code")),
    enrol: (visit, body) => giveEnrolmentCode(parts, visit, fieldOf(body, "code")),
    passkey: (visit, body) => givePasskey(parts, visit, jsonFieldOf(body, "response")),
  };
  for (const [name, check] of Object.entries(checks)) {
    app.post(`/sign-in/:uid/${name}`, async (request: SignInRequest, reply) => {
      const visit = await openVisit(parts, request, reply);
      const checked = await check(visit, request.body);
      if (!checked.right) return again(parts, visit, checked, request, reply);
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
  parts: IdentityParts,
  visit: Visit,
  checked: Checked & { right: false },
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { problem, retryAfterSeconds } = checked;
  const page = await showStep(parts, visit, problem, fieldOf(request.body, "email") || undefined);
  if (retryAfterSeconds !== undefined) void reply.header("retry-after", retryAfterSeconds);
  return sendPage(parts, reply.status(retryAfterSeconds === undefined ? 401 : 429), page);
}

async function finish(
  { pool, states, protocol }: IdentityParts,
  visit: Visit,
  user: User,
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const amr = [...(visit.state.factors ?? [])];
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
