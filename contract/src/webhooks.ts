/**
 * What the ledger leaves out of a webhook's messages unless it was made with personal data: texts are written by
 * people about people, and parties are people. At every depth of an event.
 */
export const PERSONAL_MEMBERS: ReadonlySet<string> = new Set([
  "counterparty",
  "description",
  "details",
  "iban",
  "metadata",
  "note",
  "reason",
  "reference",
]);

/** The messages of webhooks that are about no event of a book. */
export const WEBHOOK_NOTICES = {
  /** Another webhook of the tenant was disabled. */
  disabled: "WebhookDisabled",
  /** A person tests the webhook. */
  test: "WebhookTest",
} as const;
