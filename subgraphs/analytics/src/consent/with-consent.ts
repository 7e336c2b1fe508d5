import type { TenantReads } from "@allfunds/platform/tenancy";
import type { LanguageModel } from "../language-model/language-model.ts";
import { ModelFailure } from "../language-model/model-failure.ts";
import { observe } from "../language-model/observe.ts";
import { readConsent } from "./consent-store.ts";

const NOTHING_MORE = { answered: () => undefined, failed: () => undefined };

/** Refuses every call for a tenant that has not consented. Read each time: a withdrawal counts at once. */
export const withConsent = (next: LanguageModel, reads: TenantReads): LanguageModel =>
  observe(next, async ({ tenantId }) => {
    const consent = await readConsent(reads, tenantId);
    if (consent?.given === true) return NOTHING_MORE;
    throw new ModelFailure("CONSENT", "The tenant has not consented to a language model.");
  });
