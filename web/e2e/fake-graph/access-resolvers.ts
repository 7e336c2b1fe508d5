import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";
import { pageOf } from "./connection.ts";

const SOME_TIME = "2026-11-23T09:30:00.000Z";
const ADA = { id: "ada", name: "Ada Administrator", kind: "USER" as const };

/** Users, clients and the audit log, where no issuer runs beside the fake graph. */
export const accessResolvers = (): Graph.Resolvers<Caller> => ({
  Query: {
    users: (_, page) => pageOf(USERS, page, (user) => user),
    administratorChanges: () => ({ nodes: [CHANGE] }),
    apiClients: (_, page) => pageOf(CLIENTS, page, (client) => client),
    auditTrail: (_, page) => pageOf(EVENTS, page, (event) => event),
  },
});

const USERS: Graph.FakeValue<Graph.User>[] = [
  {
    id: "anna",
    email: "anna@test.example",
    name: "Anna Accountant",
    roles: ["accountant"],
    allFunds: true,
    fundIds: [],
    status: "ACTIVE",
    hasTotp: true,
    passkeys: 1,
    createdAt: SOME_TIME,
    signIns: [{ id: "sign-in-1", at: SOME_TIME, ip: "192.0.2.1", factors: ["pwd", "otp"] }],
  },
];

const CHANGE: Graph.FakeValue<Graph.AdministratorChange> = {
  id: "change-1",
  kind: "INVITE",
  email: "bela@test.example",
  name: "Bela Approver",
  roles: ["admin"],
  proposedAt: SOME_TIME,
  expiresAt: SOME_TIME,
  proposedBy: ADA,
  mayNotApprove: {
    code: "IS_MAKER",
    error: "FORBIDDEN",
    message: "Another administrator has to approve it.",
  },
};

const CLIENTS: Graph.FakeValue<Graph.ApiClient>[] = [
  {
    id: "client_0123456789abcdef01234567",
    name: "Nightly reports",
    scopes: ["ledger:read", "metrics:read"],
    createdAt: SOME_TIME,
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: SOME_TIME,
    lastUsedIp: "192.0.2.7",
    access: { scopes: [], ended: "USER_DISABLED" },
    responsible: ADA,
  },
];

const EVENTS: Graph.FakeValue<Graph.AuditEvent>[] = [
  {
    sequence: "7",
    at: SOME_TIME,
    action: "api_client.created",
    outcome: "ALLOWED",
    actorKind: "USER",
    actorId: "ada",
    actor: ADA,
    clientId: null,
    factors: ["pwd", "otp"],
    ip: "192.0.2.1",
    userAgent: "Firefox",
    traceId: "0123456789abcdef0123456789abcdef",
    subject: "client_0123456789abcdef01234567",
    detail: { name: "Nightly reports" },
  },
];
