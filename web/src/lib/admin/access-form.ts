import type { AccessInput } from "../graph/users.ts";

const words = (form: FormData, name: string): string[] =>
  form.getAll(name).filter((value): value is string => typeof value === "string");

/** A field as typed, without the spaces around it; empty when it is missing. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** Reads which roles and funds were ticked. All funds include each one of them. */
export function readAccess(form: FormData): AccessInput {
  const allFunds = form.has("allFunds");
  return {
    roles: words(form, "roles"),
    allFunds,
    fundIds: allFunds ? [] : words(form, "fundIds"),
  };
}

/** What is wrong with it, in a sentence. */
export function faultOfAccess({ roles, allFunds, fundIds }: AccessInput): string | undefined {
  if (roles.length === 0) return "Choose at least one role.";
  if (!allFunds && fundIds.length === 0) return "Choose all funds, or those the user may see.";
  return undefined;
}

interface ClientForm {
  readonly name: string;
  readonly scopes: string[];
  /** The last moment of the chosen day, UTC; null for never. */
  readonly expiresAt: string | null;
}

/** Reads the form of a new API client, or says what is wrong with it. */
export function readClient(form: FormData, today: string): ClientForm | { fault: string } {
  const name = textOf(form, "name");
  const scopes = words(form, "scopes");
  const lastDay = textOf(form, "lastDay");
  if (name === "") return { fault: "Give the client a name." };
  if (scopes.length === 0) return { fault: "Choose at least one scope." };
  if (lastDay !== "" && (!/^\d{4}-\d{2}-\d{2}$/.test(lastDay) || lastDay < today)) {
    return { fault: "Choose a last day that is not over." };
  }
  return { name, scopes, expiresAt: lastDay === "" ? null : `${lastDay}T23:59:59Z` };
}
