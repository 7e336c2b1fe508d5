import { textOf, textsOf } from "../forms/form-data.ts";
import type { ChangeAccessInput } from "../graph/graph-types.generated.ts";
import type { PlainKey } from "../language/messages.ts";

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

/** What is wrong with the access. */
export function accessProblem({ roles, allFunds, fundIds }: Access): PlainKey | undefined {
  if (roles.length === 0) return "refused.role";
  if (!allFunds && fundIds.length === 0) return "refused.funds";
  return undefined;
}

interface ClientForm {
  readonly name: string;
  readonly scopes: string[];
  /** The end of the chosen day, UTC; null for no end. */
  readonly expiresAt: string | null;
}

/** Reads the form of a new API client, or returns what is wrong with it. */
export function readClient(form: FormData, today: string): ClientForm | { problem: PlainKey } {
  const name = textOf(form, "name");
  const scopes = textsOf(form, "scopes");
  const lastDay = textOf(form, "lastDay");
  if (name === "") return { problem: "refused.name" };
  if (scopes.length === 0) return { problem: "refused.scope" };
  if (lastDay !== "" && (!/^\d{4}-\d{2}-\d{2}$/.test(lastDay) || lastDay < today)) {
    return { problem: "refused.lastDayFuture" };
  }
  return { name, scopes, expiresAt: lastDay === "" ? null : `${lastDay}T23:59:59Z` };
}
