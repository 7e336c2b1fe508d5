import type { Origin } from "../access/origin.ts";

/** What the audit log can contain; `<thing>.<what happened to it>`. */
export type AuditAction =
  | "sign-in"
  | "sign-out"
  | "step-up"
  | "password.check"
  | "password.change"
  | "password.reset-request"
  | "second-factor.check"
  | "factor.add"
  | "factor.remove"
  | "recovery-codes.make"
  | "token.issue"
  | "token.revoke"
  | "sessions.end"
  | "user.invite"
  | "user.change"
  | "user.accept"
  | "user.reset"
  | "user.propose"
  | "user.approve"
  | "user.reject"
  | "client.create"
  | "client.rotate"
  | "client.revoke"
  | "client.pin-version"
  | "application.register"
  | "application.rotate"
  | "application.revoke"
  | "application.pin-version"
  | "application.allow"
  | "application.withdraw"
  | "assistants.change"
  | "second-factor.require"
  | ReportedAction;

/** What the gateway reports of the graph. */
type ReportedAction = "graph.mutation" | "graph.refused";

export interface AuditEvent {
  readonly action: AuditAction;
  readonly outcome: "ALLOWED" | "REFUSED";
  /** Absent when no tenant is known, such as for a sign-in to an unknown address. */
  readonly tenantId?: string | undefined;
  readonly actorKind: "USER" | "CLIENT" | "SYSTEM" | "UNKNOWN";
  readonly actorId?: string | undefined;
  readonly clientId?: string | undefined;
  /** The factors that took part, as RFC 8176 names them. */
  readonly factors?: readonly string[];
  /** What was acted on: a user's or a client's id; of the graph, the operation's field. */
  readonly subject?: string | undefined;
  readonly origin: Origin;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface RecordedAuditEvent extends Omit<AuditEvent, "action"> {
  /** Another version may have recorded actions that this one lacks. */
  readonly action: string;
  /** Decimal text of its place in the audit log. */
  readonly sequence: string;
  readonly at: Date;
  /** When the event arrived here. */
  readonly recordedAt: Date;
  /** The service that reported it; absent for this service's own events. */
  readonly reportedBy: string | undefined;
}
