import { AppError } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { invitationEmail } from "../mail/emails.ts";
import { passwordUrl } from "../mail/mail-links.ts";
import { endAccess } from "../sessions/sessions.ts";
import {
  beforeOf,
  lockWaiting,
  personOf,
  refuseDecided,
  storeDecision,
  type AdministratorChange,
} from "./administrator-change.ts";
import { storeAccess, storeDisabled, storeInvitation } from "./apply-access.ts";
import { refuseBeyondOwn, type UserParts } from "./manage-users.ts";
import { findUser } from "./user.ts";

/** Approves a change of administrators as a second administrator, and carries it out. */
export async function approveChange(
  parts: UserParts,
  manager: Manager,
  changeId: string,
): Promise<AdministratorChange> {
  const { change, token } = await withTransaction(parts.pool, manager, async (client) => {
    const waiting = await lockWaiting(client, manager, changeId);
    await client.query(LOCK_USERS, [[waiting.userId ?? "", waiting.proposer].filter(isId)]);
    await requireApprovable(client, manager, waiting);
    const invitation = await carryOut(client, manager, waiting);
    const decided = await storeDecision(client, manager, waiting, "APPROVED");
    return { change: decided, token: invitation };
  });
  if (token !== undefined) {
    const { email, name } = change;
    await parts.mail(invitationEmail(email, name, passwordUrl(parts.issuer, token)));
  } else if (change.kind !== "ENABLE" && change.userId !== null) {
    await endAccess(parts.pool, parts.protocol.provider, change.userId);
  }
  return change;
}

/** Whom it concerns and who proposed it stay as they are read; in one order, so that two approvals never wait for each other. */
const LOCK_USERS =
  "SELECT FROM app_user WHERE user_id = ANY ($1::uuid[]) ORDER BY user_id FOR UPDATE";

/** What stands against an approval by a manager, each with its own reason. */
async function requireApprovable(
  database: Pool | DatabaseClient,
  manager: Manager,
  change: AdministratorChange,
): Promise<void> {
  refuseDecided(manager, change);
  refuseInvolved(manager, change);
  await requireUnchanged(database, manager, change);
  if (change.kind === "INVITE" || change.kind === "ACCESS") refuseBeyondOwn(manager, change);
}

/** Why a manager may not approve a change now, as the attempt would be answered; null when nothing stands against it. */
export async function whyNotApprove(
  { pool }: Pick<UserParts, "pool">,
  manager: Manager,
  change: AdministratorChange,
): Promise<{ readonly reason: WhyNotApprove; readonly error: AppError } | null> {
  try {
    await requireApprovable(pool, manager, change);
    return null;
  } catch (error) {
    if (error instanceof AppError) return { reason: reasonOf(manager, change, error), error };
    throw error;
  }
}

export type WhyNotApprove = "DECIDED" | "IS_MAKER" | "IS_SUBJECT" | "CHANGED_SINCE" | "RULES";

function reasonOf(
  manager: Manager,
  { proposer, userId }: AdministratorChange,
  { code }: AppError,
): WhyNotApprove {
  if (code === "PROPOSAL_NOT_WAITING") return "DECIDED";
  if (code === "VERSION_CONFLICT") return "CHANGED_SINCE";
  const person = personOf(manager);
  if (person === proposer) return "IS_MAKER";
  return person === userId ? "IS_SUBJECT" : "RULES";
}

/** Rejects a change; its proposer withdraws it so. */
export async function rejectChange(
  { pool }: Pick<UserParts, "pool">,
  manager: Manager,
  changeId: string,
): Promise<AdministratorChange> {
  return withTransaction(pool, manager, async (client) =>
    storeDecision(client, manager, await lockWaiting(client, manager, changeId), "REJECTED"),
  );
}

/** No administrator approves their own proposal or their own access, in person or through a client of theirs. */
function refuseInvolved(manager: Manager, { proposer, userId }: AdministratorChange): void {
  const person = personOf(manager);
  if (person === proposer) {
    throw new AppError("FORBIDDEN", "Another administrator must approve what you proposed.");
  }
  if (person === userId) {
    throw new AppError("FORBIDDEN", "Another administrator must change your own access.");
  }
}

/** An approval means the user whom the proposer saw, and an administrator who still is one. */
async function requireUnchanged(
  database: Pool | DatabaseClient,
  manager: Manager,
  { userId, before, proposer }: AdministratorChange,
): Promise<void> {
  const by = await findUser(database, proposer);
  if (by?.status !== "ACTIVE" || !by.roles.includes("admin")) {
    throw new AppError("FORBIDDEN", "Who proposed it no longer administers the tenant.");
  }
  if (userId === null) return;
  const user = await findUser(database, userId);
  const isSame =
    user?.tenantId === manager.tenantId && digest(beforeOf(user)) === digest(before ?? {});
  if (isSame) return;
  throw new AppError("VERSION_CONFLICT", "The user has changed since it was proposed.");
}

const compareTexts = (one: string, other: string): number =>
  one < other ? -1 : Number(one > other);

/** Equal for equal access, in whatever order its members were stored. */
function digest(access: object): string {
  const sorted = Object.entries(access).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? value.map(String).toSorted(compareTexts) : value,
  ]);
  return JSON.stringify(
    sorted.toSorted(([one], [other]) => compareTexts(String(one), String(other))),
  );
}

/** Returns the token of the link of an invitation. */
async function carryOut(
  client: DatabaseClient,
  manager: Manager,
  change: AdministratorChange,
): Promise<string | undefined> {
  if (change.kind === "INVITE") return (await storeInvitation(client, manager, change)).token;
  const userId = change.userId ?? "";
  if (change.kind === "ACCESS") await storeAccess(client, manager, userId, change);
  else await storeDisabled(client, manager, userId, change.kind === "DISABLE");
  return undefined;
}
