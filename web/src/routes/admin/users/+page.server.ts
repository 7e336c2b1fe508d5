import { fail, redirect } from "@sveltejs/kit";
import { faultOfAccess, readAccess, textOf } from "#lib/admin/access-form.ts";
import {
  CHANGE_ACCESS,
  END_USER_SESSIONS,
  INVITE_USER,
  RESET_SIGN_IN,
  SET_USER_DISABLED,
  USERS,
} from "#lib/graph/users.ts";
import { sentenceOf, type Problem } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graphql.ts";
import { required } from "#lib/server/required.ts";
import { requireAbility } from "#lib/server/session/require-ability.ts";
import type { Actions, PageServerLoad } from "./$types";

const USERS_PER_PAGE = 50;
const ABSENT = { code: "INTERNAL_ERROR", message: "There is no list of users." };
const DONE: Readonly<Record<string, string>> = {
  invited: "The invitation is on its way.",
  changed: "The access was changed. The user signs in anew.",
  disabled: "The user is shut out.",
  enabled: "The user can sign in again.",
  reset: "A letter is on its way, with which the user signs in anew.",
  ended: "The user is signed out everywhere.",
};

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "administer");
  const { searchParams } = event.url;
  const after = searchParams.get("after");
  const { data, problems } = await query(USERS, { first: USERS_PER_PAGE, after });
  const { nodes, pageInfo } = required(data?.users, problems, ABSENT);
  return { users: nodes, pageInfo, after, done: DONE[searchParams.get("done") ?? ""] };
};

/** `about` is the user whose form it was; empty for the invitation. */
const refuse = (about: string, problem: string) => fail(422, { about, problem });

function finish(done: string, about: string, data: object | undefined, problems: Problem[]) {
  if (!data) return refuse(about, sentenceOf(problems[0]));
  redirect(303, `/admin/users?done=${done}`);
}

export const actions: Actions = {
  invite: async ({ request }) => {
    const form = await request.formData();
    const access = readAccess(form);
    const [email, name] = [textOf(form, "email"), textOf(form, "name")];
    const fault = name === "" || email === "" ? "Give name and email." : faultOfAccess(access);
    if (fault !== undefined) return refuse("", fault);
    const { data, problems } = await mutate(INVITE_USER, { input: { email, name, ...access } });
    return finish("invited", "", data, problems);
  },
  change: async ({ request }) => {
    const form = await request.formData();
    const [access, userId] = [readAccess(form), textOf(form, "userId")];
    const fault = faultOfAccess(access);
    if (fault !== undefined) return refuse(userId, fault);
    const { data, problems } = await mutate(CHANGE_ACCESS, { input: { userId, ...access } });
    return finish("changed", userId, data, problems);
  },
  setDisabled: async ({ request }) => {
    const form = await request.formData();
    const [userId, disabled] = [textOf(form, "userId"), textOf(form, "disabled") === "true"];
    const { data, problems } = await mutate(SET_USER_DISABLED, { userId, disabled });
    return finish(disabled ? "disabled" : "enabled", userId, data, problems);
  },
  resetSignIn: async ({ request }) => {
    const userId = textOf(await request.formData(), "userId");
    const { data, problems } = await mutate(RESET_SIGN_IN, { userId });
    return finish("reset", userId, data, problems);
  },
  endSessions: async ({ request }) => {
    const userId = textOf(await request.formData(), "userId");
    const { data, problems } = await mutate(END_USER_SESSIONS, { userId });
    return finish("ended", userId, data, problems);
  },
};
