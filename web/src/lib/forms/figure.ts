import { readAmount } from "../money/read-amount.ts";
import { textOf } from "./form-data.ts";

/** A figure as people write it, whose figures have this decimal sign. The ledger explains what is none. */
export function figureOf(form: FormData, name: string, point: string): string | undefined {
  const text = textOf(form, name);
  return text === "" ? undefined : (readAmount(text, undefined, point) ?? text);
}
