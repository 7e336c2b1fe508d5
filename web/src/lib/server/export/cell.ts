/** A value of an exported cell: text that people wrote, a decimal amount, or a calendar date. */
export interface Cell {
  readonly kind: "text" | "amount" | "date" | "number";
  readonly value: string;
}
