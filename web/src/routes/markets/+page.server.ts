import { redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { refuse } from "#lib/forms/refusal.ts";
import {
  ImportPricesDocument,
  InstrumentsDocument,
  type InstrumentHeadFragment,
} from "#lib/graph/graph-types.generated.ts";
import { fitsInstrument } from "#lib/markets/market-query.ts";
import { readPriceFile } from "#lib/markets/price-file.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import { subjectOf } from "#lib/server/views/saved-views.ts";
import { readWatched } from "#lib/server/views/read-watched.ts";
import type { Actions, PageServerLoad } from "./$types";

const LISTED = 50;
const READ_AT_ONCE = 200;
const PAGES_SEARCHED = 5;

export const load: PageServerLoad = async ({ locals, url: { searchParams } }) => {
  const typed = searchParams.get("q")?.trim() ?? "";
  const after = searchParams.get("after");
  const [found, watchList] = await Promise.all([
    typed === "" ? readPage(LISTED, after) : search(typed, after),
    signIn().watched.list(subjectOf(locals)).then(readWatched),
  ]);
  return { ...found, typed, after, watchList };
};

async function readPage(first: number, after: string | null) {
  const { data, problems } = await query(InstrumentsDocument, { first, after });
  const { nodes, pageInfo } = required(data?.instruments, problems, "list");
  return { instruments: nodes, pageInfo };
}

/** The graph lists instruments by symbol; so many pages of the list are searched at once. */
async function search(typed: string, start: string | null) {
  const instruments: InstrumentHeadFragment[] = [];
  let pageInfo = { hasNextPage: true, endCursor: start };
  for (let page = 0; page < PAGES_SEARCHED && pageInfo.hasNextPage; page++) {
    const read = await readPage(READ_AT_ONCE, pageInfo.endCursor);
    instruments.push(...read.instruments.filter((instrument) => fitsInstrument(instrument, typed)));
    ({ pageInfo } = read);
  }
  return { instruments, pageInfo };
}

export const actions: Actions = {
  unwatch: async ({ locals, request }) => {
    await signIn().watched.unwatch(subjectOf(locals), textOf(await request.formData(), "id"));
    redirect(303, "/markets#watched-title");
  },
  import: async (event) => {
    requireAbility(event, "simulate");
    const form = await event.request.formData();
    const input = await readPriceFile(form);
    const { data, problems } = await mutate(ImportPricesDocument, { input });
    if (!data) return refuse("import", form, problems);
    const { instrument, rows, inserted, corrected, withoutPrice } = data.importPrices;
    const counts = new URLSearchParams(
      Object.entries({ rows, inserted, corrected, withoutPrice }).map(([name, count]) => [
        name,
        String(count),
      ]),
    );
    return redirect(303, `/markets/${instrument.id}?${counts}`);
  },
};
