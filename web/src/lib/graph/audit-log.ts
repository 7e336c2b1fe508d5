import { gql, type TypedDocumentNode } from "@urql/core";
import type { Actor } from "./actors.ts";
import type { PageInfo } from "./funds.ts";

type AuditOutcome = "ALLOWED" | "REFUSED";

export interface AuditLine {
  sequence: string;
  at: string;
  action: string;
  outcome: AuditOutcome;
  actorKind: string;
  actorId: string | null;
  actor: Actor | null;
  clientId: string | null;
  factors: string[];
  ip: string | null;
  userAgent: string | null;
  traceId: string | null;
  subject: string | null;
  detail: unknown;
}

export interface AuditFilter {
  actions: string[] | null;
  actorId: string | null;
  outcome: AuditOutcome | null;
  from: string | null;
  to: string | null;
}

export const AUDIT_LOG: TypedDocumentNode<
  { auditTrail: { nodes: AuditLine[]; pageInfo: PageInfo } },
  { filter: AuditFilter; first: number; after: string | null }
> = gql`
  query AuditLog($filter: AuditFilter, $first: Int!, $after: Cursor) {
    auditTrail(filter: $filter, first: $first, after: $after) {
      nodes {
        sequence
        at
        action
        outcome
        actorKind
        actorId
        actor {
          name
          kind
        }
        clientId
        factors
        ip
        userAgent
        traceId
        subject
        detail
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;
