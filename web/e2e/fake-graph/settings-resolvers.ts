import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { accountValue } from "./ledger-resolvers.ts";
import { accountOf, type GraphState } from "./state.ts";

const SOME_TIME = "2026-11-23T09:30:00.000Z";
const ADA = { id: "ada", name: "Ada Administrator", kind: "USER" as const };

/** Controls of accounts, webhooks, dimensions, and the jobs and queues of the parts of the graph. */
export const settingsResolvers = (state: GraphState): Graph.Resolvers<Caller>[] => [
  accountControlResolvers(state),
  webhookResolvers(),
  dimensionResolvers(),
  jobResolvers(),
];

function accountControlResolvers(state: GraphState): Graph.Resolvers<Caller> {
  const frozen = new Set<string>();
  const minimums = new Map<string, string>();
  return {
    Account: {
      status: ({ id = "" }) => (frozen.has(id) ? "FROZEN" : "OPEN"),
      minimumBalance: ({ id = "" }) => {
        const amount = minimums.get(id);
        return amount === undefined ? null : { amount, currency: "EUR" };
      },
    },
    Mutation: {
      freezeAccount: (_, { input: { accountId } }) => {
        frozen.add(accountId);
        return accountValue(accountOf(state, accountId));
      },
      unfreezeAccount: (_, { input: { accountId } }) => {
        frozen.delete(accountId);
        return accountValue(accountOf(state, accountId));
      },
      setMinimumBalance: (_, { input: { accountId, minimumBalance } }) => {
        if (minimumBalance && Number(minimumBalance) > 0) {
          throw codedError("INSUFFICIENT_FUNDS", "Less than that is available.");
        }
        if (minimumBalance) minimums.set(accountId, minimumBalance);
        else minimums.delete(accountId);
        return accountValue(accountOf(state, accountId));
      },
    },
  };
}

type Webhook = Graph.FakeValue<Graph.Webhook> & { id: string };
type Delivery = Graph.FakeValue<Graph.WebhookDelivery> & { id: string };

function webhookResolvers(): Graph.Resolvers<Caller> {
  const webhooks: Webhook[] = [];
  const deliveries: Delivery[] = [];
  const find = (id: string): Webhook => {
    const webhook = webhooks.find((each) => each.id === id);
    if (!webhook) throw codedError("NOT_FOUND", "There is no such webhook.");
    return webhook;
  };
  const deliver = (webhookId: string, type: string): Delivery => {
    const attempt = { number: 1, startedAt: SOME_TIME, durationMs: 40, status: 500 };
    const delivery: Delivery = {
      id: randomUUID(),
      webhookId,
      type,
      position: null,
      state: "FAILED",
      nextAttemptAt: null,
      createdAt: SOME_TIME,
      settledAt: SOME_TIME,
      attempts: [{ ...attempt, fault: "STATUS", answer: "<b>no</b>" }],
    };
    deliveries.unshift(delivery);
    return delivery;
  };
  return {
    Query: {
      webhooks: (_, page) => pageOf(webhooks, page, (each) => each),
      webhook: (_, { id }) => webhooks.find((each) => each.id === id) ?? null,
      webhookDeliveries: (_, { webhookId, state, ...page }) =>
        pageOf(
          deliveries.filter(
            (each) => each.webhookId === webhookId && (!state || each.state === state),
          ),
          page,
          (each) => each,
        ),
    },
    Mutation: {
      createWebhook: (_, { id, input }) => {
        if (!input.url.startsWith("https:")) {
          throw codedError("INVALID_INPUT", "url: must begin with https:");
        }
        const webhook: Webhook = {
          id: id ?? randomUUID(),
          url: input.url,
          description: input.description ?? "",
          eventTypes: input.eventTypes ?? null,
          fundIds: input.fundIds ?? null,
          personalData: input.personalData ?? false,
          state: "ACTIVE",
          disabledReason: null,
          stateSince: SOME_TIME,
          failingSince: null,
          lastSuccessAt: null,
          pending: 0,
          createdAt: SOME_TIME,
          createdBy: ADA,
        };
        webhooks.push(webhook);
        return { secret: "whsec_c2VjcmV0", webhook };
      },
      setWebhookActive: (_, { id, active }) =>
        Object.assign(find(id), { state: active ? ("ACTIVE" as const) : ("PAUSED" as const) }),
      testWebhook: (_, { id }) => deliver(find(id).id, "WebhookTest"),
      rotateWebhookSecret: (_, { id }) => ({ secret: "whsec_bmV3", webhook: find(id) }),
      deleteWebhook: (_, { id }) => {
        webhooks.splice(webhooks.indexOf(find(id)), 1);
        return id;
      },
      redeliverWebhook: (_, { deliveryId }) => {
        const delivery = deliveries.find(({ id }) => id === deliveryId);
        if (!delivery) throw codedError("NOT_FOUND", "There is no such message.");
        return Object.assign(delivery, { state: "DELIVERED" as const });
      },
    },
  };
}

type Dimension = Graph.FakeValue<Graph.Dimension> & { dimension: string; version: number };
type DimensionValue = { value: string; name: string; isActive: boolean };

function dimensionResolvers(): Graph.Resolvers<Caller> {
  const dimensions: Dimension[] = [];
  const values = new Map<string, DimensionValue[]>();
  return {
    Query: { dimensions: () => dimensions },
    Dimension: {
      valueCount: ({ dimension = "" }) => values.get(dimension)?.length ?? 0,
      values: ({ dimension = "" }, page) =>
        pageOf(values.get(dimension) ?? [], page, (value) => value),
    },
    Mutation: {
      setDimension: (_, { input }) => {
        if (!/^[a-z][a-zA-Z0-9]*$/.test(input.dimension)) {
          throw codedError("INVALID_INPUT", "dimension: must be letters and digits");
        }
        const known = dimensions.find(({ dimension }) => dimension === input.dimension);
        const next: Dimension = {
          dimension: input.dimension,
          name: input.name,
          version: (known?.version ?? 0) + 1,
          isActive: input.isActive,
          requiredTypes: input.requiredTypes,
          requiredCodes: input.requiredCodes,
          setAt: SOME_TIME,
          setBy: ADA,
        };
        if (known) return Object.assign(known, next);
        dimensions.push(next);
        return next;
      },
      setDimensionValues: (_, { input }) => {
        const dimension = dimensions.find((each) => each.dimension === input.dimension);
        if (!dimension) throw codedError("NOT_FOUND", "There is no such dimension.");
        const kept = input.values.map(({ value, name, isActive }) => ({
          value,
          name,
          isActive: isActive ?? true,
        }));
        const all = [...(values.get(input.dimension) ?? []), ...kept];
        const byValue = new Map(all.map((each) => [each.value, each]));
        values.set(input.dimension, [...byValue.values()]);
        return dimension;
      },
    },
  };
}

const none = () => ({ nodes: [] });

function jobResolvers(): Graph.Resolvers<Caller> {
  const verification = {
    id: "verification-1",
    kind: "verification",
    state: "RUNNING" as Graph.JobState,
    progress: { done: 400, total: 1_000 },
    error: null,
    requestedAt: SOME_TIME,
    finishedAt: null,
  };
  const failed = {
    id: "failed-1",
    kind: "price-import",
    error: { code: "INTERNAL_ERROR", message: "It was ended." },
    requestedAt: SOME_TIME,
    finishedAt: SOME_TIME,
  };
  const failures = [failed];
  const queue = (kind: string, failedJobs: number) => ({
    kind,
    waiting: 2,
    running: 1,
    failed: failedJobs,
    oldestWaitingAt: SOME_TIME,
  });
  return {
    Query: {
      verifications: () => ({ nodes: [verification] }),
      analyticsJobs: none,
      ledgerJobQueues: () => [queue("verification", 0)],
      analyticsJobQueues: () => [queue("categorisation", 0)],
      metricsJobQueues: () => [queue("price-import", failures.length)],
      ledgerFailedJobs: none,
      analyticsFailedJobs: none,
      metricsFailedJobs: () => ({ nodes: failures }),
    },
    Mutation: {
      cancelVerification: () => Object.assign(verification, { state: "CANCELLED" as const }),
      redriveMetricsJob: (_, { id }) => {
        const job = failures.find((each) => each.id === id);
        if (!job) throw codedError("NOT_FOUND", "There is no such job.");
        failures.length = 0;
        return job;
      },
    },
  };
}
