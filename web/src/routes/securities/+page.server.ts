import { readerPoint } from "#lib/server/reader-language.ts";
import { randomUUID } from "node:crypto";
import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  PricesAndRatesDocument,
  RecordExchangeRatesDocument,
  RecordPricesDocument,
  RegisterSecuritiesDocument,
  SecuritiesDocument,
} from "#lib/graph/graph-types.generated.ts";
import { readPrice, readRate, readSecurity } from "#lib/portfolio/trade-form.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { doneText } from "#lib/server/reader-language.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const LINES_PER_PAGE = 25;
const DONE: Readonly<Record<string, PlainKey>> = {
  described: "done.described",
  price: "done.price",
  rate: "done.rate",
};

export const load: PageServerLoad = async ({ cookies, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const pages = { pricesAfter: searchParams.get("prices"), ratesAfter: searchParams.get("rates") };
  const isin = searchParams.get("isin")?.trim().toUpperCase() || null;
  const [securities, figures] = await Promise.all([
    query(SecuritiesDocument, { first: LINES_PER_PAGE, after }),
    query(PricesAndRatesDocument, { first: LINES_PER_PAGE, isin, ...pages }),
  ]);
  const page = required(securities.data?.securities, securities.problems, "list");
  return {
    securities: page,
    prices: figures.data?.securityPrices ?? null,
    rates: figures.data?.exchangeRates ?? null,
    problems: [...securities.problems, ...figures.problems],
    filter: { isin, after, ...pages },
    today: readerToday(cookies),
    done: doneText(DONE[searchParams.get("done") ?? ""]),
    idempotencyKey: randomUUID(),
  };
};

export const actions: Actions = {
  describe: async ({ request }) => {
    const form = await request.formData();
    const answer = await mutate(RegisterSecuritiesDocument, {
      input: {
        securities: [readSecurity(form)],
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("describe", form, answer, "/securities?done=described");
  },
  price: async ({ request }) => {
    const form = await request.formData();
    const answer = await mutate(RecordPricesDocument, {
      input: {
        fundId: textOf(form, "fundId") || undefined,
        prices: [readPrice(form, readerPoint())],
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("price", form, answer, "/securities?done=price");
  },
  rate: async ({ request }) => {
    const form = await request.formData();
    const answer = await mutate(RecordExchangeRatesDocument, {
      input: {
        rates: [readRate(form, readerPoint())],
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("rate", form, answer, "/securities?done=rate");
  },
};
