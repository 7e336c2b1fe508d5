import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint.ts";
import { operation } from "../gateway/operation.ts";
import { LINK_HEADER, nextPageLink } from "../http/next-page-link.ts";
import { nextCursorOf, pageOf, pageParameters, type ConnectionData } from "../shapes/page.ts";
import { period, PERIOD_FIELDS, type Period } from "../shapes/period.ts";
import { id } from "../shapes/scalars.ts";

const PERIODS = operation(/* GraphQL */ `
  query RestPeriods($fundId: ID!, $first: Int!, $after: Cursor) {
    fund(id: $fundId) {
      periods(first: $first, after: $after) {
        nodes {
          ...PeriodFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${PERIOD_FIELDS}
`);

interface PeriodsData {
  readonly fund: { readonly periods: ConnectionData<Period> } | null;
}

/** GET /api/v1/periods: the periods of a fund that were closed. */
export const getPeriods = defineEndpoint({
  method: "GET",
  path: "/api/v1/periods",
  operations: [PERIODS],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getPeriods",
    tag: "Ledger",
    summary: "Read the closed periods of a fund",
    description: "Periods that were closed, the last closed first, those reopened among them.",
    success: {
      200: {
        description: "One page of periods.",
        schema: pageOf(period, { id: "PeriodPage", of: "periods" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["FUND_NOT_FOUND"],
  },
  query: z.strictObject({ fundId: id("The fund."), ...pageParameters }),
  respond: async ({ query, url, execute }) => {
    const { fund } = await execute<PeriodsData>(PERIODS, query);
    if (fund === null) throw new AppError("FUND_NOT_FOUND", `There is no fund ${query.fundId}.`);
    const nextCursor = nextCursorOf(fund.periods);
    return {
      status: 200,
      headers: nextPageLink(url, nextCursor),
      body: { items: fund.periods.nodes, nextCursor },
    };
  },
});
