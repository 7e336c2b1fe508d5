import { textOf, textsOf } from "../forms/form-data.ts";
import type {
  AccountType,
  DimensionValueInput,
  SetDimensionInput,
} from "../graph/graph-types.generated.ts";

export const ACCOUNT_TYPES = [
  "ASSET",
  "LIABILITY",
  "EQUITY",
  "INCOME",
  "EXPENSE",
] as const satisfies readonly AccountType[];

/** Reads a dimension: a new one, or the next version of one. */
export function readDimension(form: FormData): SetDimensionInput {
  const types = textsOf(form, "requiredTypes");
  return {
    dimension: textOf(form, "dimension"),
    replaces: Number(textOf(form, "replaces")) || 0,
    name: textOf(form, "name"),
    isActive: !form.has("isClosed"),
    requiredTypes: ACCOUNT_TYPES.filter((type) => types.includes(type)),
    requiredCodes: textOf(form, "requiredCodes")
      .split(/[\s,;]+/)
      .filter(Boolean),
    idempotencyKey: textOf(form, "idempotencyKey") || null,
  };
}

/** Reads values, one on each line: the value, then what it stands for. A line that begins with a dash ends its value. */
export function readValues(text: string): DimensionValueInput[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const isActive = !line.startsWith("-");
      const [value = "", ...words] = line.replace(/^-\s*/, "").split(/\s+/);
      return { value, name: words.join(" ") || value, isActive };
    });
}
