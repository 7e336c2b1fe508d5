import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { given } from "../endpoint/read-input.ts";
import { currency, date, id } from "../endpoint/scalars.ts";
import { RestPortfolioRiskDocument } from "../graph/graph-types.generated.ts";
import { frequency } from "./forecasts.ts";

const LEVEL = "Share of periods whose loss the value at risk covers, 0.5 to 0.9999.";
const riskModel = z.enum(["HISTORICAL", "NORMAL"]).meta({
  description:
    "HISTORICAL: past returns are the distribution. NORMAL: means and covariances of their sample.",
});

const holding = z
  .strictObject({
    instrumentId: id("The instrument; not with a fund.").optional(),
    fundId: id("The fund; not with an instrument.").optional(),
    weight: z.number().min(-10).max(10).optional().meta({
      description:
        "Share of the portfolio's value; below zero it is sold short. Funds may all be without: then each weighs by its net assets.",
    }),
  })
  .meta({ id: "PortfolioHolding", description: "An instrument or a fund of a portfolio." });

const wantedRisk = z
  .strictObject({
    holdings: z.array(holding).min(1).max(50).optional().meta({
      description: "All funds that the caller may see when absent, weighing by their net assets.",
    }),
    currency: currency("Currency of the portfolio; everything is converted to it."),
    from: date("First day; a year back when absent.").optional(),
    to: date("Last day; today when absent.").optional(),
    level: z.number().min(0.5).max(0.9999).optional().meta({ description: LEVEL }),
    model: riskModel.optional(),
  })
  .meta({
    id: "WantedPortfolioRisk",
    description: "A portfolio whose risk is shared among its holdings.",
    examples: [
      {
        currency: "EUR",
        holdings: [
          { instrumentId: "018f6b7e-0000-7000-8000-000000001001", weight: 0.6 },
          { fundId: "018f6b7e-0000-7000-8000-00000000f001", weight: 0.4 },
        ],
      },
    ],
  });

const ratio = (description: string) => z.number().meta({ description });

const portfolioRisk = z
  .object({
    currency: currency("Currency of all prices and valuations."),
    from: date("First day that all holdings have a value of."),
    to: date("Last day that all holdings have a value of."),
    returns: z.int().meta({ description: "Returns that the figures are of." }),
    level: ratio(LEVEL),
    model: riskModel,
    calendar: z.object({
      frequency: z
        .enum([...frequency.options, "MINUTELY", "IRREGULAR"])
        .meta({ description: "How often the days come." }),
      gaps: z
        .array(
          z.object({
            from: date("The last day before it."),
            to: date("The first day behind it."),
            missing: z.int().meta({ description: "Days that the calendar expects in between." }),
          }),
        )
        .meta({ description: "The first 100 gaps; returns over them are left out." }),
    }),
    volatility: ratio("Sample standard deviation of returns, per year."),
    valueAtRisk: ratio("Loss of one period not exceeded in `level` of them."),
    expectedShortfall: ratio("Mean loss of the periods at or beyond it."),
    contributions: z
      .array(
        z.object({
          instrumentId: id("The instrument, if it is one.").nullable(),
          fundId: id("The fund, if it is one.").nullable(),
          weight: ratio("Share of the portfolio's value."),
          volatility: ratio("Part of the volatility."),
          valueAtRisk: ratio("Part of the value at risk."),
          expectedShortfall: ratio("Part of the expected shortfall."),
          ownVolatility: ratio("Volatility of the holding alone, per year."),
        }),
      )
      .meta({ description: "What each holding brings; the parts add up to the totals." }),
  })
  .meta({ id: "PortfolioRisk", description: "Risk of a portfolio as ratios of its value." });

/** POST /api/v1/portfolio-risk: a computation, which stores nothing. */
export const postPortfolioRisk = defineEndpoint({
  method: "POST",
  path: "/api/v1/portfolio-risk",
  operations: [RestPortfolioRiskDocument],
  access: { scopes: ["metrics:read", "ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "computePortfolioRisk",
    tag: "Metrics",
    summary: "Compute the risk of a portfolio and what each holding brings",
    description:
      "Stores nothing. Contributions are Euler's allocation: each weight times the derivative of the risk by it. INSUFFICIENT_DATA names what a holding lacks, also a rate.",
    success: { 200: { description: "The risk.", schema: portfolioRisk } },
    refusals: ["FUND_NOT_FOUND", "INSTRUMENT_NOT_FOUND", "INSUFFICIENT_DATA"],
  },
  body: wantedRisk,
  respond: async ({ body, execute }) => {
    const { holdings, ...others } = body;
    const input = {
      ...given(others),
      ...(holdings === undefined ? {} : { holdings: holdings.map(given) }),
    };
    const { portfolioRisk: found } = await execute(RestPortfolioRiskDocument, { input });
    return { status: 200, body: found };
  },
});
