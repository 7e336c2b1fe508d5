import { z } from "zod";

/** Where a transaction came from; a statement line names its import and, when known, the other party. */
export type TransactionSource =
  | { readonly kind: "API" }
  | { readonly kind: "ADJUSTMENT" }
  | { readonly kind: "OPENING" }
  | { readonly kind: "CLOSING"; readonly readAt: number }
  | {
      readonly kind: "REOPENING";
      readonly reopens: string;
      /** Whether the tenant had a second administrator; absent where that is not known. */
      readonly secondAdministrator?: boolean;
    }
  | { readonly kind: "CAPTURE"; readonly holdId: string }
  | { readonly kind: "REVERSAL"; readonly reverses: string }
  | ({ readonly kind: "ACCRUAL" } & ReversedLater)
  | ({
      readonly kind: "RECURRING";
      readonly templateId: string;
      /** The day of the template's schedule. */
      readonly date: string;
    } & Partial<ReversedLater>)
  | { readonly kind: "STATEMENT"; readonly importId: string; readonly counterparty?: string }
  | { readonly kind: "ADMINISTRATION"; readonly fact: AdministeredFact; readonly factId: string };

/** It is reversed by itself on that value date. */
interface ReversedLater {
  readonly reversesOn: string;
  /** Who owns the API client that posted it, where that is known: the reversal counts for that person, too. */
  readonly owner?: string;
}

/** The value date of the reversal that follows by itself; undefined when none does. */
export const reversalDateOf = ({
  source,
}: {
  readonly source: TransactionSource;
}): string | undefined =>
  source.kind === "ACCRUAL" || source.kind === "RECURRING" ? source.reversesOn : undefined;

/** What of a fund's administration a transaction follows from. */
export type AdministeredFact = "ORDER" | "TRADE" | "CORPORATE_ACTION" | "VALUATION";

/** A source as JSON keeps it, of commands that may wait. */
export const storedSource = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("API") }),
  z.object({ kind: z.literal("ADJUSTMENT") }),
  z.object({ kind: z.literal("OPENING") }),
  z.object({ kind: z.literal("CAPTURE"), holdId: z.string() }),
  z.object({ kind: z.literal("REVERSAL"), reverses: z.string() }),
  z.object({
    kind: z.literal("ACCRUAL"),
    reversesOn: z.string(),
    owner: z.string().exactOptional(),
  }),
  z.object({
    kind: z.literal("STATEMENT"),
    importId: z.string(),
    counterparty: z.string().exactOptional(),
  }),
]);
