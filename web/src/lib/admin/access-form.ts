import { textOf, textsOf } from "../forms/form-data.ts";
import type { ChangeAccessInput } from "../graph/graph-types.generated.ts";

/** What a user may see and do. */
export type Access = Required<Omit<ChangeAccessInput, "userId">>;

/** Reads the checked roles and funds. All funds include each single one. */
export function readAccess(form: FormData): Access {
  const allFunds = form.has("allFunds");
  return {
    roles: textsOf(form, "roles"),
    allFunds,
    fundIds: allFunds ? [] : textsOf(form, "fundIds"),
  };
}

/** What is wrong with the access, in a sentence. */
export function accessProblem({ roles, allFunds, fundIds }: Access): string | undefined {
  if (roles.length === 0) return "Choose at least one role.";
  if (!allFunds && fundIds.length === 0) return "Choose all funds, or at least one fund.";
  return undefined;
}

interface ClientForm {
  readonly name: string;
  readonly scopes: string[];
  /** The end of the chosen day, UTC; null for no end. */
  readonly expiresAt: string | null;
}

/** Reads the form of a new API client, or returns what is wrong with it. */
export function readClient(form: FormData, today: string): ClientForm | { problem: string } {
  const name = textOf(form, "name");
  const scopes = textsOf(form, "scopes");
  const lastDay = textOf(form, "lastDay");
  if (name === "") return { problem: "Enter a name for the client." };
  if (scopes.length === 0) return { problem: "Choose at least one scope." };
  if (lastDay !== "" && (!/^\d{4}-\d{2}-\d{2}$/.test(lastDay) || lastDay < today)) {
    return { problem: "Choose a last day in the future." };
  }
  return { name, scopes, expiresAt: lastDay === "" ? null : `${lastDay}T23:59:59Z` };
}
