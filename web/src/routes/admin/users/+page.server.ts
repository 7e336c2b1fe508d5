import { fail, redirect } from "@sveltejs/kit";
import { accessProblem, readAccess } from "#lib/admin/access-form.ts";
import { textOf } from "#lib/forms/form-data.ts";
import {
  ApproveAdministratorChangeDocument,
  ChangeAccessDocument,
  EndUserSessionsDocument,
  InviteUserDocument,
  RejectAdministratorChangeDocument,
  ResetSignInDocument,
  SetUserDisabledDocument,
  UsersDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf, type Problem } from "#lib/problems.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { doneText, readerMessages } from "#lib/server/reader-language.ts";
import { refusalFor } from "#lib/server/approvals/decisions.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { Actions, PageServerLoad } from "./$types";

const USERS_PER_PAGE = 50;
const DONE: Readonly<Record<string, PlainKey>> = {
  invited: "users.done.sent",
  changed: "users.done.access",
  disabled: "users.done.disabled",
  enabled: "users.done.enabled",
  reset: "users.done.reset",
  ended: "users.done.ended",
  waiting: "users.done.waiting",
  approved: "users.done.approved",
  rejected: "users.done.rejected",
};

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "administer");
  const { searchParams } = event.url;
  const after = searchParams.get("after");
  const { data, problems } = await query(UsersDocument, { first: USERS_PER_PAGE, after });
  const { nodes, pageInfo } = required(data?.users, problems, "list");
  return {
    users: nodes,
    changes: (data?.administratorChanges.nodes ?? []).map((change) => ({
      ...change,
      refusal: refusalFor(change.mayNotApprove),
    })),
    pageInfo,
    after,
    done: doneText(DONE[searchParams.get("done") ?? ""]),
  };
};

/** `userId` is empty for the invitation. */
const refuse = (userId: string, problem: string) => fail(422, { userId, problem });

function finish(done: string, userId: string, data: object | undefined, problems: Problem[]) {
  if (problems[0]?.code === "APPROVAL_REQUIRED") redirect(303, "/admin/users?done=waiting");
  if (!data) return refuse(userId, sentenceOf(problems[0]));
  redirect(303, `/admin/users?done=${done}`);
}

export const actions: Actions = {
  invite: async ({ request }) => {
    const form = await request.formData();
    const access = readAccess(form);
    const [email, name] = [textOf(form, "email"), textOf(form, "name")];
    const problem = name === "" || email === "" ? "refused.nameAndEmail" : accessProblem(access);
    if (problem !== undefined) return refuse("", readerMessages()(problem));
    const { data, problems } = await mutate(InviteUserDocument, {
      input: { email, name, ...access },
    });
    return finish("invited", "", data, problems);
  },
  change: async ({ request }) => {
    const form = await request.formData();
    const [access, userId] = [readAccess(form), textOf(form, "userId")];
    const problem = accessProblem(access);
    if (problem !== undefined) return refuse(userId, readerMessages()(problem));
    const { data, problems } = await mutate(ChangeAccessDocument, { input: { userId, ...access } });
    return finish("changed", userId, data, problems);
  },
  setDisabled: async ({ request }) => {
    const form = await request.formData();
    const [userId, disabled] = [textOf(form, "userId"), textOf(form, "disabled") === "true"];
    const { data, problems } = await mutate(SetUserDisabledDocument, { userId, disabled });
    return finish(disabled ? "disabled" : "enabled", userId, data, problems);
  },
  approve: async ({ request }) => {
    const id = textOf(await request.formData(), "changeId");
    const { data, problems } = await mutate(ApproveAdministratorChangeDocument, { id });
    return finish("approved", id, data, problems);
  },
  reject: async ({ request }) => {
    const id = textOf(await request.formData(), "changeId");
    const { data, problems } = await mutate(RejectAdministratorChangeDocument, { id });
    return finish("rejected", id, data, problems);
  },
  resetSignIn: async ({ request }) => {
    const userId = textOf(await request.formData(), "userId");
    const { data, problems } = await mutate(ResetSignInDocument, { userId });
    return finish("reset", userId, data, problems);
  },
  endSessions: async ({ request }) => {
    const userId = textOf(await request.formData(), "userId");
    const { data, problems } = await mutate(EndUserSessionsDocument, { userId });
    return finish("ended", userId, data, problems);
  },
};
