import type { Caller } from "../caller.ts";
import { newId } from "../ids.ts";

/** One line for the audit trail, as the issuer's trail takes it. */
export interface AuditEvent {
  /** Makes a repeated delivery harmless. */
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
  /** When it happened, RFC 3339 in UTC. */
  readonly at: string;
  /** The field it is about: a root field by its name, any other as `Type.field`. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

export interface Happening {
  readonly action: AuditEvent["action"];
  readonly outcome: AuditEvent["outcome"];
  readonly caller: Caller | undefined;
  readonly address: string;
  readonly traceId: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | undefined>>;
}

/** Makes the line of something that happens now. */
export function auditEvent({ caller, address, detail, ...happening }: Happening): AuditEvent {
  return {
    id: newId(),
    action: happening.action,
    outcome: happening.outcome,
    tenantId: storable(caller?.tenantId, 100),
    actorId: storable(caller?.subject, 255),
    actorKind: caller === undefined ? null : KINDS[caller.kind],
    clientId: storable(caller?.clientId, 255),
    factors: factorsOf(caller),
    ip: storable(address, 100),
    traceId: happening.traceId,
    at: new Date().toISOString(),
    subject: storable(happening.subject, 255) ?? "(unnamed)",
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

/** Text as every store can keep it: an event must never be refused for what a client has put into it. */
const clean = (text: string, longest: number): string =>
  isClean(text, longest)
    ? text
    : text.replaceAll("\0", "").toWellFormed().slice(0, longest).toWellFormed();

/** Nearly all of it is, and to look costs less than to copy. */
const isClean = (text: string, longest: number): boolean =>
  text.length <= longest && text.isWellFormed() && !text.includes("\0");

const storable = (text: string | undefined, longest: number): string | null =>
  clean(text ?? "", longest) || null;
