import type { Caller } from "@allfunds/contract/caller";
import { newId } from "../ids.ts";

/** One event of the audit log, as the issuer's endpoint accepts it. */
export interface AuditEvent {
  /** The audit log stores one event per id, so a repeated delivery changes nothing. */
  readonly id: string;
  readonly action: "graph.mutation" | "graph.refused";
  readonly outcome: "ALLOWED" | "REFUSED";
  readonly tenantId: string | null;
  readonly actorId: string | null;
  readonly actorKind: "USER" | "CLIENT" | null;
  readonly clientId: string | null;
  /** The factors of the sign-in, as RFC 8176 names them. */
  readonly factors: readonly string[];
  readonly ip: string | null;
  readonly traceId: string;
  /** Time of the event, RFC 3339 in UTC. */
  readonly at: string;
  /** The field concerned: a root field by its name, any other as `Type.field`. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

export interface AuditEventInput {
  readonly action: AuditEvent["action"];
  readonly outcome: AuditEvent["outcome"];
  readonly caller: Caller | undefined;
  readonly address: string;
  readonly traceId: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | undefined>>;
}

/** Creates an audit event with an id and the present time. */
export function auditEvent({ caller, address, detail, ...input }: AuditEventInput): AuditEvent {
  return {
    id: newId(),
    action: input.action,
    outcome: input.outcome,
    tenantId: storable(caller?.tenantId, 100),
    actorId: storable(caller?.subject, 255),
    actorKind: caller === undefined ? null : KINDS[caller.kind],
    clientId: storable(caller?.clientId, 255),
    factors: factorsOf(caller),
    ip: storable(address, 100),
    traceId: input.traceId,
    at: new Date().toISOString(),
    subject: storable(input.subject, 255) ?? "(unnamed)",
    detail: Object.fromEntries(
      Object.entries(detail).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, typeof value === "string" ? clean(value, 500) : value]],
      ),
    ),
  };
}

const KINDS = { user: "USER", client: "CLIENT" } as const;

const factorsOf = (caller: Caller | undefined): string[] =>
  (caller?.amr ?? []).slice(0, 20).flatMap((factor) => storable(factor, 40) ?? []);

/** Text that every store accepts, so a client's input never makes an event unstorable. */
const clean = (text: string, longest: number): string =>
  isClean(text, longest)
    ? text
    : text.replaceAll("\0", "").toWellFormed().slice(0, longest).toWellFormed();

/** Most texts are clean, and this check costs less than a copy. */
const isClean = (text: string, longest: number): boolean =>
  text.length <= longest && text.isWellFormed() && !text.includes("\0");

const storable = (text: string | undefined, longest: number): string | null =>
  clean(text ?? "", longest) || null;
