import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "@allfunds/contract/errors";
import { withTransaction } from "@allfunds/platform/database";
import { recordAudit } from "../audit/record-audit.ts";
import { refuseWeakPassword, setPassword } from "../factors/password.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { passwordResetLetter, securityNotice } from "../mail/letters.ts";
import { fieldOf } from "../pages/form.ts";
import { originOf } from "../pages/origin.ts";
import {
  deadLinkPage,
  forgottenPage,
  forgottenSentPage,
  newPasswordPage,
  passwordKeptPage,
} from "../pages/password-pages.ts";
import { sendPage } from "../pages/send-page.ts";
import { endSessions } from "../users/end-sessions.ts";
import { findUser, findUserByEmail, type User } from "../users/user.ts";
import { findLink, makeLink, takeLink } from "./mail-links.ts";

type LinkRequest = FastifyRequest<{ Params: { token: string } }>;

/** Password reset and invitation: pages that are reached by a link from a letter. */
export function serveMailLinks(app: FastifyInstance, parts: IdentityParts): void {
  app.get("/password/forgotten", (_request, reply) => sendPage(parts, reply, forgottenPage()));

  app.post("/password/forgotten", async (request, reply) => {
    // Not awaited: how long a letter takes would tell whether there is anybody to write to.
    const { ip } = request;
    sendResetLetter(parts, request, fieldOf(request.body, "email"), ip).catch((error: unknown) =>
      parts.logger.error({ err: error }, "a password letter could not be sent"),
    );
    return sendPage(parts, reply, forgottenSentPage());
  });

  app.get("/password/new/:token", async (request: LinkRequest, reply) => {
    const found = await userOfLink(parts, request.params.token);
    if (found === undefined) return sendPage(parts, reply.status(410), deadLinkPage());
    return sendPage(parts, reply, choosePage(request, found));
  });

  app.post("/password/new/:token", async (request: LinkRequest, reply) => {
    const found = await userOfLink(parts, request.params.token);
    if (found === undefined) return sendPage(parts, reply.status(410), deadLinkPage());
    const password = fieldOf(request.body, "password");
    try {
      refuseWeakPassword(password, found.email);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return sendPage(parts, reply.status(400), choosePage(request, found, error.message));
    }
    return keepPassword(parts, request, reply, password);
  });
}

const choosePage = (request: LinkRequest, user: User, problem?: string) =>
  newPasswordPage({
    action: `/password/new/${request.params.token}`,
    email: user.email,
    invited: user.status === "INVITED",
    problem,
  });

async function userOfLink({ pool }: IdentityParts, token: string): Promise<User | undefined> {
  const link = await findLink(pool, token);
  const user = link && (await findUser(pool, link.userId));
  return user?.status === "DISABLED" ? undefined : user;
}

async function sendResetLetter(
  { pool, limits, mail, config }: IdentityParts,
  request: FastifyRequest,
  email: string,
  ip: string,
): Promise<void> {
  const origin = originOf(request);
  if (!(await limits.mayMail(email, ip))) return;
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
  const link = `${config.issuer}/password/new/${token}`;
  await mail(passwordResetLetter(user.email, user.name, link));
}

async function keepPassword(
  parts: IdentityParts,
  request: LinkRequest,
  reply: FastifyReply,
  password: string,
): Promise<FastifyReply> {
  const { pool, protocol, mail, config } = parts;
  const userId = await withTransaction(pool, undefined, async (client) => {
    const link = await takeLink(client, request.params.token);
    if (link === undefined) return undefined;
    await setPassword(client, link.userId, password);
    const { rows } = await client.query<{ tenant_id: string }>(
      `UPDATE app_user SET status = 'ACTIVE' WHERE user_id = $1 AND status <> 'DISABLED'
       RETURNING tenant_id`,
      [link.userId],
    );
    await recordAudit(client, {
      action: link.purpose === "INVITATION" ? "user.accept" : "password.change",
      outcome: "ALLOWED",
      tenantId: rows[0]?.tenant_id,
      actorKind: "USER",
      actorId: link.userId,
      subject: link.userId,
      origin: originOf(request),
    });
    return link.userId;
  });
  if (userId === undefined) return sendPage(parts, reply.status(410), deadLinkPage());
  await endSessions(pool, protocol.provider, userId);
  const user = await findUser(pool, userId);
  if (user !== undefined) {
    await mail(securityNotice(user.email, user.name, "A password was chosen"));
  }
  return sendPage(parts, reply, passwordKeptPage(config.webUrl));
}
