import type { DeniedField } from "../operation-request.ts";

/** Whether a caller may have exactly what it might have before. */
export function isSameAccess(before: readonly DeniedField[], now: readonly DeniedField[]): boolean {
  return before === now || namesOf(before) === namesOf(now);
}

const namesOf = (fields: readonly DeniedField[]): string =>
  fields.map(({ path, coordinate }) => `${path.join(".")} ${coordinate}`).join("\n");
