import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { settle, type Refusal } from "#lib/forms/refusal.ts";
import {
  DeleteCorporateActionDocument,
  InstrumentDocument,
  InstrumentFiguresDocument,
  InstrumentOutlookDocument,
  InstrumentPricesDocument,
  RecordCorporateActionDocument,
  type CorporateActionKind,
} from "#lib/graph/graph-types.generated.ts";
import { figureOf } from "#lib/forms/figure.ts";
import { firstDayOf, readMarketQuery, requestsOf } from "#lib/markets/market-query.ts";
import { INSTRUMENT_FIGURES } from "#lib/performance/performance-figures.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import { subjectOf } from "#lib/server/views/saved-views.ts";
import { MOST_WATCHED } from "#lib/server/views/watched-instruments.ts";
import type { Actions, PageServerLoad } from "./$types";

const BARS = 200;
const DRAWDOWNS = 5;
const NEWS = 10;

export const load: PageServerLoad = async ({ locals, params: { id }, url: { searchParams } }) => {
  const wanted = readMarketQuery(searchParams);
  const head = await query(InstrumentDocument, { id });
  const instrument = required(head.data?.instrument, head.problems, "instrument");
  const from = firstDayOf(wanted.range, instrument.lastPriceDate);
  const requests = requestsOf(wanted);
  const [watched, prices, figures, outlook] = await Promise.all([
    signIn().watched.list(subjectOf(locals)),
    query(InstrumentPricesDocument, {
      id,
      first: BARS,
      from,
      interval: wanted.range.interval,
      indicators: requests,
      hasIndicators: requests.length > 0,
    }),
    query(InstrumentFiguresDocument, {
      id,
      from,
      metrics: INSTRUMENT_FIGURES.map(({ metric }) => metric),
      drawdowns: DRAWDOWNS,
    }),
    query(InstrumentOutlookDocument, {
      id,
      horizon: wanted.horizon,
      news: NEWS,
      after: wanted.after,
    }),
  ]);
  return {
    instrument,
    isWatched: watched.includes(id),
    wanted,
    bars: prices.data?.instrument?.bars ?? null,
    indicators: prices.data?.instrument?.indicators ?? null,
    priceProblems: prices.problems,
    figures: figures.data?.instrument ?? null,
    figureProblems: figures.problems,
    direction: outlook.data?.instrument?.direction ?? null,
    news: outlook.data?.instrument?.news ?? null,
    outlookProblems: outlook.problems,
    imported: importedOf(searchParams),
    idempotencyKey: crypto.randomUUID(),
  };
};

/** Counts of an import that led here. */
function importedOf(search: URLSearchParams) {
  const count = (name: string) => Number(search.get(name) ?? Number.NaN);
  const counts = {
    rows: count("rows"),
    inserted: count("inserted"),
    corrected: count("corrected"),
    withoutPrice: count("withoutPrice"),
  };
  return Object.values(counts).every(Number.isSafeInteger) ? counts : null;
}

export const actions: Actions = {
  watch: async ({ locals, request, params: { id } }) => {
    const watched = textOf(await request.formData(), "watched") === "yes";
    if (watched && !(await signIn().watched.watch(subjectOf(locals), id))) {
      const problem = readerMessages()("markets.tooMany", { count: MOST_WATCHED });
      return fail(422, { action: "watch", of: "", problem, values: {} } satisfies Refusal);
    }
    if (!watched) await signIn().watched.unwatch(subjectOf(locals), id);
    redirect(303, `/markets/${id}`);
  },
  record: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const kind: CorporateActionKind = textOf(form, "kind") === "SPLIT" ? "SPLIT" : "DIVIDEND";
    const answer = await mutate(RecordCorporateActionDocument, {
      input: {
        id: textOf(form, "idempotencyKey"),
        instrumentId: id,
        exDate: textOf(form, "exDate"),
        kind,
        value: figureOf(form, "value", readerPoint()) ?? "",
      },
    });
    return settle("record", form, answer, `/markets/${id}#actions-title`);
  },
  remove: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const actionId = textOf(form, "actionId");
    const answer = await mutate(DeleteCorporateActionDocument, { id: actionId });
    return settle("remove", form, answer, `/markets/${id}#actions-title`, actionId);
  },
};
