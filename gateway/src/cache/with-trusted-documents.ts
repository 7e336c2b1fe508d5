import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import type { TrustedDocuments } from "../guard/trust/trusted-documents.ts";

/** How Apollo Server names a persisted query in its cache. */
export const persistedQueryKey = (hash: string): string => `apq:${hash}`;

/** Persisted queries of which the trusted ones are known from the start. */
export const withTrustedDocuments = (
  cache: KeyValueCache,
  trusted: TrustedDocuments,
): KeyValueCache => ({
  get: async (key) => trusted.body(key.replace(/^apq:/, "")) ?? cache.get(key),
  set: async (key, value, options) => cache.set(key, value, options),
  delete: async (key) => cache.delete(key),
});
