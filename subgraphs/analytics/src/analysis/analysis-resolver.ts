import { RequiresScopes } from "@allfunds/platform/graphql";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { AnalysisObject, AnalyzeInput, checkAnalyzeInput } from "./analysis-types.ts";
import { analyze } from "./analyze.ts";
import type { AnalysisContext, AnalyzeParts } from "./analyze.ts";

@Resolver()
export class AnalysisResolver {
  readonly #parts: AnalyzeParts;

  constructor(parts: AnalyzeParts) {
    this.#parts = parts;
  }

  @RequiresScopes("analytics:run")
  @Mutation(() => AnalysisObject, {
    description: "Categorises, judges or explains up to 100 texts and transactions at once.",
  })
  async analyze(
    @Arg("input", () => AnalyzeInput, { description: "What to analyse." }) input: AnalyzeInput,
    @Ctx() context: AnalysisContext,
  ): Promise<AnalysisObject> {
    const wanted = checkAnalyzeInput(input);
    return { kind: wanted.kind, results: await analyze(this.#parts, context, wanted) };
  }
}
