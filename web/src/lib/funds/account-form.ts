import { textOf } from "../forms/form-data.ts";
import type { AccountDetails } from "../graph/accounts.ts";

/** Reads the details of an account. Browsers do not send unchecked boxes. */
export const readAccountDetails = (form: FormData): AccountDetails => ({
  name: textOf(form, "name"),
  parentId: textOf(form, "parentId") || null,
  countsAsCash: form.has("countsAsCash"),
});
