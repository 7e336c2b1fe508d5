import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import {
  AccountStatementDocument,
  FundBooksDocument,
  FundForecastDocument,
  FundHistoryDocument,
  FundInsightsDocument,
  LanguageModelDocument,
} from "../graph/graph-types.generated.ts";

const SHOWN = {
  AccountStatement: AccountStatementDocument,
  FundBooks: FundBooksDocument,
  FundForecast: FundForecastDocument,
  FundHistory: FundHistoryDocument,
  FundInsights: FundInsightsDocument,
  LanguageModel: LanguageModelDocument,
} as const;

/**
 * The documents that pages show live, by the names of their operations. Pages import the names' types alone:
 * the documents arrive with the graph client, after the first paint.
 */
type ShownDocuments = typeof SHOWN;
export type ShownName = keyof ShownDocuments;

type TypesOf<Name extends ShownName> =
  ShownDocuments[Name] extends TypedDocumentNode<infer Data, infer Variables>
    ? { data: Data; variables: Variables }
    : never;

export type DataOf<Name extends ShownName> = TypesOf<Name>["data"];
export type VariablesOf<Name extends ShownName> = Extract<TypesOf<Name>["variables"], AnyVariables>;

export const shownDocument = (name: ShownName): TypedDocumentNode<unknown, AnyVariables> =>
  SHOWN[name] as TypedDocumentNode<unknown, AnyVariables>;
