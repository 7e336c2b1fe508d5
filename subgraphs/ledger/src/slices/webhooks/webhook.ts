import { createHmac, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { ledgerEventSchema } from "@allfunds/contract/events";
import { WEBHOOK_NOTICES } from "@allfunds/contract/webhooks";
import { checkText, checkUuid, Findings } from "../../engine/input-rules.ts";
import { hostOf, type AllowedNetworks } from "./allowed-networks.ts";

/** ACTIVE ones are sent to; PAUSED by a person, DISABLED by the service. Both go on where they stopped. */
export const WEBHOOK_STATES = ["ACTIVE", "PAUSED", "DISABLED"] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

/** Why the service disabled a webhook: the receiver answered 410, or nothing was accepted for three days. */
export type DisabledReason = "GONE" | "FAILING";

/** What a webhook is asked to deliver, and where to. */
export interface WebhookSettings {
  readonly url: string;
  readonly description: string;
  /** Null for every type. */
  readonly eventTypes: readonly string[] | null;
  /** Null for every fund, and the tenant's own book. */
  readonly fundIds: readonly string[] | null;
  /** Whether bodies have texts and parties, too: names of persons stand in them. */
  readonly personalData: boolean;
}

/** Every type of event that can be chosen. */
const EVENT_TYPES: ReadonlySet<string> = new Set([
  ...ledgerEventSchema.options.map((option) => option.shape.type.value),
  WEBHOOK_NOTICES.disabled,
]);

const MOST_FUNDS = 200;
const MOST_URL_CHARACTERS = 2_000;

/** Throws INVALID_INPUT with every fault of the settings. Whether the address is public shows when it is called. */
export function refuseSettings(settings: WebhookSettings, networks: AllowedNetworks): void {
  const findings = new Findings();
  const fault = faultOfUrl(settings.url, networks);
  if (fault !== undefined) findings.add("url", fault);
  checkText(findings, "description", settings.description, { min: 0, max: 200 });
  const { eventTypes, fundIds } = settings;
  if (eventTypes?.length === 0) findings.add("eventTypes", "must name a type, or be absent");
  for (const [at, type] of (eventTypes ?? []).entries()) {
    if (!EVENT_TYPES.has(type)) findings.add(`eventTypes.${at}`, "is not a type of event");
  }
  if (fundIds !== null && (fundIds.length === 0 || fundIds.length > MOST_FUNDS)) {
    findings.add("fundIds", `must name 1 to ${MOST_FUNDS} funds, or be absent`);
  }
  for (const [at, id] of (fundIds ?? []).entries()) checkUuid(findings, `fundIds.${at}`, id);
  findings.refuseIfAny();
}

function faultOfUrl(text: string, networks: AllowedNetworks): string | undefined {
  if (text.length > MOST_URL_CHARACTERS)
    return `must have at most ${MOST_URL_CHARACTERS} characters`;
  if (!URL.canParse(text)) return "must be a URL";
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return "must not contain credentials";
  if (url.hash !== "") return "must not have a fragment";
  const host = hostOf(url);
  if (isIP(host) > 0 && !networks.allows(host))
    return "must not be an address of a private network";
  if (url.protocol === "https:") return undefined;
  return url.protocol === "http:" && networks.allowsPlainHttp(host) ? undefined : "must be https";
}

const SECRET_BYTES = 32;
const SECRET_PREFIX = "whsec_";

/** A new signing secret. */
export const newSecret = (): Buffer => randomBytes(SECRET_BYTES);

/** A secret as receivers configure it, by the Standard Webhooks specification: `whsec_` and Base64. */
export const spellSecret = (secret: Buffer): string => SECRET_PREFIX + secret.toString("base64");

/**
 * The header `webhook-signature` of the Standard Webhooks specification: one `v1,<Base64>` for each secret, each an
 * HMAC-SHA256 over `<id>.<timestamp>.<body>`. `timestamp` is in seconds since 1970.
 */
export const signatureOf = (
  secrets: readonly Buffer[],
  {
    id,
    timestamp,
    body,
  }: { readonly id: string; readonly timestamp: number; readonly body: string },
): string =>
  secrets
    .map((secret) => {
      const hmac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`);
      return `v1,${hmac.digest("base64")}`;
    })
    .join(" ");
