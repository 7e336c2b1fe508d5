import { AppError } from "@allfunds/contract/errors";
import { withTransaction } from "@allfunds/platform/database";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { originOf } from "../access/origin.ts";
import { recordAudit } from "../audit/audit-log.ts";
import { checkNewPassword, setPassword } from "../factors/password.ts";
import { passwordResetEmail, securityNotice } from "../mail/emails.ts";
import { findLink, makeLink, passwordUrl, takeLink } from "../mail/mail-links.ts";
import { fieldOf } from "../pages/forms.ts";
import { sendPage } from "../pages/layout.ts";
import { nextSecond } from "../revocations/revocation.ts";
import { endSessions } from "../sessions/sessions.ts";
import type { PageParts } from "../sign-in/page-parts.ts";
import { findUser, findUserByEmail, type User } from "../users/user.ts";
import {
  expiredLinkPage,
  forgottenPage,
  forgottenSentPage,
  newPasswordPage,
  passwordSetPage,
} from "./password-pages.ts";

type LinkRequest = FastifyRequest<{ Params: { token: string } }>;

/** Password reset and invitation: pages that are reached by a link from an email. */
export function servePasswords(app: FastifyInstance, parts: PageParts): void {
  app.get("/password/forgotten", (_request, reply) => sendPage(parts, reply, forgottenPage()));

  app.post("/password/forgotten", async (request, reply) => {
    // Not awaited: the time an email takes would reveal whether the account exists.
    sendResetEmail(parts, request, fieldOf(request.body, "email")).catch((error: unknown) =>
      parts.logger.error({ err: error }, "a password reset email could not be sent"),
    );
    return sendPage(parts, reply, forgottenSentPage());
  });

  app.get("/password/new/:token", async (request: LinkRequest, reply) => {
    const found = await userOfLink(parts, request.params.token);
    if (found === undefined) return sendPage(parts, reply.status(410), expiredLinkPage());
    return sendPage(parts, reply, choosePage(request, found));
  });

  app.post("/password/new/:token", async (request: LinkRequest, reply) => {
    const found = await userOfLink(parts, request.params.token);
    if (found === undefined) return sendPage(parts, reply.status(410), expiredLinkPage());
    const password = fieldOf(request.body, "password");
    try {
      await checkNewPassword(parts.pool, found, password);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return sendPage(parts, reply.status(400), choosePage(request, found, error.message));
    }
    return usePassword(parts, request, reply, password);
  });
}

const choosePage = (request: LinkRequest, user: User, problem?: string) =>
  newPasswordPage({
    action: `/password/new/${request.params.token}`,
    email: user.email,
    invited: user.status === "INVITED",
    problem,
  });

async function userOfLink({ pool }: PageParts, token: string): Promise<User | undefined> {
  const link = await findLink(pool, token);
  const user = link && (await findUser(pool, link.userId));
  return user?.status === "DISABLED" ? undefined : user;
}

async function sendResetEmail(
  { pool, limits, mail, issuer }: PageParts,
  request: FastifyRequest,
  email: string,
): Promise<void> {
  const origin = originOf(request);
  if (!(await limits.mayMail(email, origin.ip))) return;
  const user = await findUserByEmail(pool, email);
  if (user?.status !== "ACTIVE") return;
  const token = await makeLink(pool, user.userId, "PASSWORD_RESET");
  await recordAudit(pool, {
    action: "password.reset-request",
    outcome: "ALLOWED",
    tenantId: user.tenantId,
    actorKind: "UNKNOWN",
    subject: user.userId,
    origin,
  });
  await mail(passwordResetEmail(user.email, user.name, passwordUrl(issuer, token)));
}

async function usePassword(
  parts: PageParts,
  request: LinkRequest,
  reply: FastifyReply,
  password: string,
): Promise<FastifyReply> {
  const { pool, protocol, mail, webUrl } = parts;
  const link = await withTransaction(pool, undefined, async (client) => {
    const taken = await takeLink(client, request.params.token);
    if (taken === undefined) return undefined;
    await setPassword(client, taken.userId, password);
    const { rows } = await client.query<{ tenant_id: string }>(
      `UPDATE app_user SET status = 'ACTIVE' WHERE user_id = $1 AND status <> 'DISABLED'
       RETURNING tenant_id`,
      [taken.userId],
    );
    await recordAudit(client, {
      action: taken.purpose === "INVITATION" ? "user.accept" : "password.change",
      outcome: "ALLOWED",
      tenantId: rows[0]?.tenant_id,
      actorKind: "USER",
      actorId: taken.userId,
      subject: taken.userId,
      origin: originOf(request),
    });
    return taken;
  });
  if (link === undefined) return sendPage(parts, reply.status(410), expiredLinkPage());
  const { userId, purpose } = link;
  // Who was invited has no session yet, and may sign in within this second.
  if (purpose !== "INVITATION") {
    await endSessions(pool, protocol.provider, userId);
    await nextSecond();
  }
  const user = await findUser(pool, userId);
  if (user !== undefined) {
    await mail(securityNotice(user.email, user.name, "A password was chosen"));
  }
  return sendPage(parts, reply, passwordSetPage(webUrl));
}
