import { textOf } from "../admin/access-form.ts";
import type { AccountDetails } from "../graph/accounts.ts";

/** Reads the details of an account as they were posted; a box that is not ticked is not sent. */
export const readAccountDetails = (form: FormData): AccountDetails => ({
  name: textOf(form, "name"),
  parentId: textOf(form, "parentId") || null,
  countsAsCash: form.has("countsAsCash"),
});
