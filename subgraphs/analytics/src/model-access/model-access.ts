import { withTransaction } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { readBudget, type BudgetState } from "../language-model/budget.ts";
import type { Refusals } from "../language-model/refusals.ts";
import { toContents } from "../gemini/gemini-model.ts";
import type { NameRegisters } from "../redaction/redactor.ts";
import { previewRequest } from "../questions/category-provider.ts";
import type { CategoryQuestion } from "../questions/prompt.ts";
import { countQuestions, dropWaiting, enqueueUncertain } from "../questions/backlog.ts";
import { decideConsent, readConsent, type Consent } from "../consent/consent-store.ts";

/** Why the language model answers, or why the built-in model does in its place. */
export const MODEL_STATES = {
  READY: "READY",
  NO_KEY: "NO_KEY",
  NO_CONSENT: "NO_CONSENT",
  REFUSED: "REFUSED",
  BUDGET_SPENT: "BUDGET_SPENT",
} as const;
export type ModelState = keyof typeof MODEL_STATES;

export interface ModelAccessParts {
  readonly pool: Pool;
  readonly reads: TenantReads;
  /** Name of the model; undefined without a key. */
  readonly model: string | undefined;
  readonly refusals: Refusals;
  readonly registers: NameRegisters;
  /** Of each tenant. */
  readonly tokensPerDay: number;
  /** Tokens that the smallest call reserves. */
  readonly smallestCall: number;
}

export interface ModelStatus {
  readonly state: ModelState;
  readonly reason: string;
  readonly model: string | null;
  readonly consent: Consent | null;
  readonly tokensPerDay: number;
  readonly tokensSpent: number;
  readonly tokensReserved: number;
  readonly questionsWaiting: number;
  readonly questionsSetAside: number;
}

/** Whether a tenant's texts go to the language model: consent, configuration and budget. */
export class ModelAccess {
  readonly #parts: ModelAccessParts;

  constructor(parts: ModelAccessParts) {
    this.#parts = parts;
  }

  async statusOf(tenantId: string): Promise<ModelStatus> {
    const { reads, model, tokensPerDay } = this.#parts;
    const [consent, budget, questions] = await Promise.all([
      readConsent(reads, tenantId),
      readBudget(reads, tenantId),
      countQuestions(reads, tenantId),
    ]);
    return {
      ...this.#stateOf(consent, budget),
      model: model ?? null,
      consent,
      tokensPerDay,
      tokensSpent: budget.spent,
      tokensReserved: budget.reserved,
      questionsWaiting: questions.waiting,
      questionsSetAside: questions.setAside,
    };
  }

  /** Stores the decision. With consent, everything uncertain is queued; without, nothing waits any more. */
  async decide(tenantId: string, given: boolean, by: string): Promise<void> {
    const { pool, model } = this.#parts;
    await withTransaction(pool, { tenantId }, async (client) => {
      await decideConsent(client, tenantId, { given, by });
      if (!given) await dropWaiting(client, tenantId);
      else if (model !== undefined) await enqueueUncertain(client, tenantId);
    });
  }

  /** What would be sent to the service for these questions, as JSON. Nothing is sent. */
  async preview(tenantId: string, questions: readonly CategoryQuestion[]): Promise<string> {
    const request = await previewRequest(tenantId, questions, this.#parts.registers);
    return JSON.stringify(toContents(request));
  }

  #stateOf(
    consent: Consent | null,
    { spent, reserved }: BudgetState,
  ): Pick<ModelStatus, "state" | "reason"> {
    const { model, refusals, tokensPerDay, smallestCall } = this.#parts;
    const builtIn = "The built-in model answers";
    if (model === undefined) {
      return { state: "NO_KEY", reason: `${builtIn}: no GEMINI_API_KEY is configured.` };
    }
    if (consent?.given !== true) {
      return { state: "NO_CONSENT", reason: `${builtIn}: the tenant has not consented to Gemini.` };
    }
    if (refusals.problem !== undefined) {
      return { state: "REFUSED", reason: `${builtIn}: ${refusals.problem}` };
    }
    if (spent + reserved + smallestCall > tokensPerDay) {
      return {
        state: "BUDGET_SPENT",
        reason: `${builtIn}: the tenant's tokens of the day are spent, until midnight UTC.`,
      };
    }
    return { state: "READY", reason: `${model} answers what the built-in model is unsure of.` };
  }
}
