import { z } from "zod";
import { defineEndpoint, type Answer } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { date, id, integer } from "../endpoint/scalars.ts";
import { defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import {
  RestCalculateNavDocument,
  RestNavsDocument,
  RestPublishNavDocument,
  RestValuationDocument,
  RestValuationPositionsDocument,
  RestValuationsDocument,
} from "../graph/graph-types.generated.ts";
import { navReportCsv, navReportWorkbook } from "./nav-report.ts";
import {
  nav,
  type Nav,
  NAV_COLUMNS,
  toNav,
  toValuation,
  valuation,
  VALUATION_COLUMNS,
  valuationLocation,
} from "./valuation.ts";

const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const newValuation = z
  .strictObject({
    id: id("UUID of the valuation; made by the ledger when absent.").optional(),
    fundId: id("The fund, which has terms on the NAV date."),
    navDate: date("After the last published NAV."),
  })
  .meta({
    id: "NewValuation",
    description: "A fund to value, and the day its NAV is for.",
    examples: [{ fundId: "018f6b7e-0000-7000-8000-00000000f001", navDate: "2026-09-30" }],
  });

/** POST /api/v1/valuations: values a fund; nothing is posted. */
export const postValuations = defineEndpoint({
  method: "POST",
  path: "/api/v1/valuations",
  operations: [RestCalculateNavDocument],
  access: { scopes: ["ledger:write", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "calculateNav",
    tag: "Funds",
    summary: "Calculate the NAV of a day",
    description: "Values the fund and checks the result. Nothing is posted before it is published.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: {
        description: "The valuation.",
        schema: valuation,
        headers: { Location: "Where it can be read.", ...IDEMPOTENCY_HIT_HEADER },
      },
    },
    refusals: ["FUND_NOT_FOUND", "ALREADY_EXISTS", "NAV_PUBLISHED", "IDEMPOTENCY_CONFLICT"],
  },
  body: newValuation,
  respond: async ({ body, context, execute }) => {
    const input = { ...body, idempotencyKey: context.idempotencyKey };
    const { calculateNav } = await execute(RestCalculateNavDocument, { input });
    const headers = {
      location: valuationLocation(calculateNav.id),
      ...idempotencyHit(calculateNav.replayed),
    };
    return { status: 201, body: toValuation(calculateNav), headers };
  },
});

/** GET /api/v1/valuations: the valuations of a fund. */
export const getValuations = defineTable({
  path: "/api/v1/valuations",
  operations: [RestValuationsDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getValuations",
    tag: "Funds",
    summary: "Read the valuations of a fund",
    description: `The latest NAV date first. ${TABLE_DOCS}`,
    refusals: ["FUND_NOT_FOUND"],
  },
  item: valuation,
  page: { id: "ValuationPage", of: "valuations" },
  columns: VALUATION_COLUMNS,
  parameters: { fundId: id("The fund.") },
  toItem: toValuation,
  read: async (query, execute) => {
    const { fund } = await execute(RestValuationsDocument, query);
    return requireFound(fund, "FUND_NOT_FOUND", query.fundId).valuations;
  },
});

/** GET /api/v1/valuations/{id}: one valuation, or the report on it as CSV or a workbook. */
export const getValuation = defineEndpoint({
  method: "GET",
  path: "/api/v1/valuations/:id",
  operations: [RestValuationDocument, RestValuationPositionsDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json", "text/csv", XLSX_TYPE],
  docs: {
    operationId: "getValuation",
    tag: "Funds",
    summary: "Read a valuation, or download the report on its NAV",
    description:
      "The valuation as it is now. `Accept: text/csv` and the media type of Excel workbooks give the NAV report: the fund, its classes, fees, rates, checks and every position with the price used.",
    success: { 200: { description: "The valuation.", schema: valuation } },
    refusals: ["VALUATION_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The valuation.") }),
  respond: async ({ params, mediaType, execute }): Promise<Answer> => {
    const { valuation: found } = await execute(RestValuationDocument, params);
    const read = toValuation(requireFound(found, "VALUATION_NOT_FOUND", params.id));
    if (mediaType === "text/csv") {
      return { status: 200, body: navReportCsv(read, execute), headers: download(read, "csv") };
    }
    if (mediaType === XLSX_TYPE) {
      const body = navReportWorkbook(read, execute);
      return { status: 200, body, headers: download(read, "xlsx") };
    }
    return { status: 200, body: read };
  },
});

const download = (
  { navDate }: { readonly navDate: string },
  format: string,
): Readonly<Record<string, string>> => ({
  "content-disposition": `attachment; filename="nav-${navDate}.${format}"`,
});

/** POST /api/v1/valuations/{id}/publish: makes a valuation the NAV of its day. */
export const postValuationPublish = defineEndpoint({
  method: "POST",
  path: "/api/v1/valuations/:id/publish",
  operations: [RestPublishNavDocument],
  access: { scopes: ["nav:publish", "ledger:read"], secondFactor: true },
  produces: ["application/json"],
  docs: {
    operationId: "publishNav",
    tag: "Funds",
    summary: "Publish a NAV",
    description:
      "Posts the strike and deals the orders of the day, all or nothing. Another person than who calculated it, with two factors.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      200: {
        description: "The valuation, published.",
        schema: valuation,
        headers: IDEMPOTENCY_HIT_HEADER,
      },
    },
    refusals: [
      "VALUATION_NOT_FOUND",
      "NAV_CHECKS_OPEN",
      "NAV_INPUTS_CHANGED",
      "NAV_PUBLISHED",
      "NAV_SAME_PERSON",
      "IDEMPOTENCY_CONFLICT",
    ],
  },
  params: z.strictObject({ id: id("The valuation.") }),
  respond: async ({ params, execute }) => {
    const { publishNav } = await execute(RestPublishNavDocument, params);
    const headers = idempotencyHit(publishNav.replayed);
    return { status: 200, body: toValuation(publishNav), headers };
  },
});

/** GET /api/v1/navs: the published NAVs of a class. */
export const getNavs = defineTable({
  path: "/api/v1/navs",
  operations: [RestNavsDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getNavs",
    tag: "Funds",
    summary: "Read the published NAVs of a class",
    description: `The latest day first; a restated NAV in place of the one it supersedes, unless \`knownAt\` lies before. ${TABLE_DOCS}`,
    refusals: ["SHARE_CLASS_NOT_FOUND"],
  },
  item: nav,
  page: { id: "NavPage", of: "NAVs" },
  columns: NAV_COLUMNS,
  parameters: {
    classId: id("The share class."),
    from: date("First NAV date.").optional(),
    to: date("Last NAV date.").optional(),
    knownAt: integer(
      { min: 0, max: Number.MAX_SAFE_INTEGER },
      "As the fund's book had them at this position.",
    ).optional(),
  },
  toItem: (one: Nav) => one,
  read: async ({ classId, ...query }, execute) => {
    const read = await execute(RestNavsDocument, { id: classId, ...query });
    const shareClass = requireFound(read.shareClass, "SHARE_CLASS_NOT_FOUND", classId);
    return { ...shareClass.navs, nodes: shareClass.navs.nodes.map(toNav(shareClass)) };
  },
});
