import { textOf } from "../forms/form-data.ts";

/** The details of an account as entered. The parent is null for an account without one. */
interface AccountDetails {
  name: string;
  parentId: string | null;
  countsAsCash: boolean;
}

/** Reads the details of an account. Browsers do not send unchecked boxes. */
export const readAccountDetails = (form: FormData): AccountDetails => ({
  name: textOf(form, "name"),
  parentId: textOf(form, "parentId") || null,
  countsAsCash: form.has("countsAsCash"),
});
