import { text, type Table } from "@allfunds/platform/bench";
import {
  computeFigure,
  FIGURE_NAMES,
  figureArguments,
  PRICE_FIGURES,
} from "../src/figures/definitions.ts";
import { FIGURE_REFERENCES } from "../src/figures/figure-references.fixture.ts";
import type { FigureReference } from "../src/figures/figure-references.fixture.ts";
import { FigureSample } from "../src/figures/figure-sample.ts";

/** Every figure of the reference series beside its value by R. */
export async function evaluateFigures(): Promise<readonly Table[]> {
  return FIGURE_REFERENCES.map((reference) => ({
    title: `figures of ${reference.name} beside R's`,
    columns: ["figure", "here", "R", "difference"],
    rows: comparisons(reference),
  }));
}

function comparisons(reference: FigureReference): string[][] {
  const sample = new FigureSample(reference.series(), reference.benchmark?.());
  const given = figureArguments(reference.arguments);
  const names = new Map<string, string>(Object.entries(FIGURE_NAMES));
  return Object.entries(reference.values).map(([figure, expected]) => {
    const definition = PRICE_FIGURES.find(({ name }) => name === names.get(figure));
    const value = definition === undefined ? null : computeFigure(definition, sample, given).value;
    const here = value ?? Number.NaN;
    const difference = Math.abs(here - expected);
    return [figure, text(here, 12), text(expected, 12), difference.toExponential(1)];
  });
}
