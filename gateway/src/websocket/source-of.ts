import { AppError } from "@allfunds/contract/errors";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import type { SubscribePayload } from "graphql-ws";
import { persistedQueryKey } from "../cache/with-trusted-documents.ts";

/** The text of an operation: the one it brings, else the persisted one its hash names, as over HTTP. */
export async function sourceOf(
  { query, extensions }: SubscribePayload,
  persistedQueries: KeyValueCache,
): Promise<string> {
  if (query !== "") return query;
  const persisted = extensions?.["persistedQuery"] as { sha256Hash?: unknown } | null | undefined;
  const hash = persisted?.sha256Hash;
  const known =
    typeof hash === "string" ? await persistedQueries.get(persistedQueryKey(hash)) : undefined;
  if (known !== undefined) return known;
  throw new AppError("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
}
