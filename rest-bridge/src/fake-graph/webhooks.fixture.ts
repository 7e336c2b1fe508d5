import { AppError } from "@allfunds/contract/errors";
import type {
  FakeValue,
  Webhook,
  WebhookDelivery,
  WebhookSettingsInput,
} from "@allfunds/graph-tools/fake-graph";
import { newId } from "@allfunds/platform/ids";
import { FUND } from "./sample-values.fixture.ts";

const TIME = "2026-06-30T12:00:00.000Z";

interface Settings {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly string[] | null;
  readonly fundIds: readonly string[] | null;
  readonly personalData: boolean;
}

const settingsOf = (input: WebhookSettingsInput): Settings => ({
  url: input.url,
  description: input.description ?? "",
  eventTypes: input.eventTypes ?? null,
  fundIds: input.fundIds ?? null,
  personalData: input.personalData ?? false,
});

const isSame = (one: Settings, other: WebhookSettingsInput): boolean =>
  JSON.stringify(one) === JSON.stringify(settingsOf(other));

/** The webhooks of the fake graph, with the rules that a client can break. */
export class FakeWebhooks {
  readonly #stored = new Map<string, { settings: Settings; state: "ACTIVE" | "PAUSED" }>();
  readonly #deliveries: (FakeValue<WebhookDelivery> & { id: string; webhookId: string })[] = [];

  get all(): FakeValue<Webhook>[] {
    return [...this.#stored.keys()].map((id) => this.#valueOf(id));
  }

  find(id: string): FakeValue<Webhook> | null {
    return this.#stored.has(id) ? this.#valueOf(id) : null;
  }

  create(id: string, input: WebhookSettingsInput) {
    const stored = this.#stored.get(id);
    if (stored === undefined) {
      this.#stored.set(id, { settings: settingsOf(input), state: "ACTIVE" });
    } else if (!isSame(stored.settings, input)) {
      throw new AppError("IDEMPOTENCY_CONFLICT", "The id is that of another webhook.");
    }
    return { secret: stored === undefined ? "whsec_c2VjcmV0" : null, webhook: this.#valueOf(id) };
  }

  update(id: string, input: WebhookSettingsInput, replacing: WebhookSettingsInput | null) {
    const stored = this.#require(id);
    if (replacing !== null && !isSame(stored.settings, replacing)) {
      throw new AppError("VERSION_CONFLICT", "The webhook has changed since it was read.");
    }
    stored.settings = settingsOf(input);
    return this.#valueOf(id);
  }

  setActive(id: string, active: boolean): FakeValue<Webhook> {
    this.#require(id).state = active ? "ACTIVE" : "PAUSED";
    return this.#valueOf(id);
  }

  rotate(id: string) {
    return { secret: "whsec_bmV3", webhook: this.#valueOf(id) };
  }

  remove(id: string): string {
    this.#require(id);
    this.#stored.delete(id);
    return id;
  }

  test(webhookId: string): FakeValue<WebhookDelivery> {
    this.#require(webhookId);
    const attempt = { number: 1, startedAt: TIME, durationMs: 40, status: 500, answer: "no" };
    const delivery = {
      id: newId(),
      webhookId,
      type: "WebhookTest",
      fundId: FUND,
      position: null,
      state: "PENDING" as const,
      nextAttemptAt: TIME,
      createdAt: TIME,
      settledAt: null,
      attempts: [{ ...attempt, fault: "STATUS" as const }],
    };
    this.#deliveries.unshift(delivery);
    return delivery;
  }

  deliveriesOf(webhookId: string, state: string | null): FakeValue<WebhookDelivery>[] {
    this.#require(webhookId);
    return this.#deliveries.filter(
      (each) => each.webhookId === webhookId && (state === null || each.state === state),
    );
  }

  delivery(id: string): FakeValue<WebhookDelivery> | null {
    return this.#deliveries.find((each) => each.id === id) ?? null;
  }

  settle(id: string, state: "PENDING" | "FAILED"): FakeValue<WebhookDelivery> {
    const found = this.#deliveries.find((each) => each.id === id);
    if (found === undefined) throw new AppError("NOT_FOUND", `There is no message ${id}.`);
    return Object.assign(found, { state });
  }

  #require(id: string) {
    const stored = this.#stored.get(id);
    if (stored !== undefined) return stored;
    throw new AppError("NOT_FOUND", `There is no webhook ${id}.`);
  }

  #valueOf(id: string): FakeValue<Webhook> {
    const { settings, state } = this.#require(id);
    return {
      id,
      ...settings,
      state,
      disabledReason: null,
      stateSince: TIME,
      failingSince: null,
      lastSuccessAt: TIME,
      pending: 2,
      createdAt: TIME,
    };
  }
}
