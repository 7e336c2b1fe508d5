import { RequiresScopes } from "@allfunds/platform/graphql";
import "reflect-metadata";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestScope } from "../request-scope.ts";
import { AnalysisObject, AnalyzeInput } from "./analysis-types.ts";
import { analyze } from "./analyze.ts";
import type { AnalyzeParts } from "./analyze.ts";
import { checkAnalyzeInput } from "./check-analyze-input.ts";

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
    @Ctx() { request }: RequestScope,
  ): Promise<AnalysisObject> {
    const asked = checkAnalyzeInput(input);
    return { kind: asked.kind, results: await analyze(this.#parts, request, asked) };
  }
}
