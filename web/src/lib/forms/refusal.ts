import { fail, redirect } from "@sveltejs/kit";
import { sentenceOf, type Problem } from "../problems.ts";

/** A form that was refused: which one, why, and what was entered. */
export interface Refusal {
  readonly action: string;
  /** Id of what the form is about, where a page has the form more than once. */
  readonly of: string;
  readonly problem: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Answers 422 with the first problem. The page shows the form again as it was filled in. */
export function refuse(action: string, form: FormData, problems: readonly Problem[], of = "") {
  const refusal: Refusal = { action, of, problem: sentenceOf(problems[0]), values: textsIn(form) };
  return fail(422, refusal);
}

/** Ends an action: goes on to the page when the mutation has data, and refuses otherwise. */
export function settle(
  action: string,
  form: FormData,
  { data, problems }: { data: object | undefined; problems: readonly Problem[] },
  next: string,
  of = "",
) {
  if (!data) return refuse(action, form, problems, of);
  return redirect(303, next);
}

/** The refusal of one form of a page; undefined when another form was refused, or none. */
export function refusalOf(
  form: Refusal | null | undefined,
  action: string,
  of = "",
): Refusal | undefined {
  return form && form.action === action && form.of === of ? form : undefined;
}

function textsIn(form: FormData): Record<string, string> {
  return Object.fromEntries(
    [...form].filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The form as it was entered, for those who read it as the action does. */
export function formOf(values: Refusal["values"]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.set(name, value);
  return form;
}
