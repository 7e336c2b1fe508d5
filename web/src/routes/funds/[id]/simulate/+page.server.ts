import { redirect } from "@sveltejs/kit";
import { randomUUID } from "node:crypto";
import { textOf } from "#lib/forms/form-data.ts";
import { refuse, settle } from "#lib/forms/refusal.ts";
import {
  CancelMetricsJobDocument,
  FundNameDocument,
  SimulationChoicesDocument,
  SimulationDocument,
  SimulationsDocument,
  StartSimulationDocument,
} from "#lib/graph/graph-types.generated.ts";
import { absent } from "#lib/server/graph/absent.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { inReaderWords } from "#lib/server/graph/reader-words.ts";
import { failPage, required } from "#lib/server/graph/required.ts";
import { readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import { readSimulation } from "#lib/simulations/simulation-form.ts";
import type { Actions, PageServerLoad } from "./$types";

const LISTED = 10;

export const load: PageServerLoad = async ({ params: { id }, url: { searchParams } }) => {
  const jobId = searchParams.get("job");
  const [choices, earlier, job] = await Promise.all([
    query(SimulationChoicesDocument, { id }),
    query(SimulationsDocument, { first: LISTED }),
    jobId === null ? null : readSimulationJob(jobId, id),
  ]);
  const { metrics, ...fund } = required(choices.data?.fund, choices.problems, "fund");
  return {
    fund,
    netAssets: metrics?.netAssetValue ?? null,
    instruments: choices.data?.instruments.nodes ?? [],
    earlier: (earlier.data?.metricsJobs.nodes ?? []).flatMap((job) =>
      "assumptions" in job ? [job] : [],
    ),
    job,
    problems: [...choices.problems, ...earlier.problems],
    idempotencyKey: randomUUID(),
  };
};

/** The simulation that was wanted; one of another fund's history is shown there. */
async function readSimulationJob(id: string, fundId: string) {
  const { data, problems } = await query(SimulationDocument, { id });
  const job = required(data?.metricsJob, problems, "simulation");
  if (!("assumptions" in job)) return failPage(absent("simulation"));
  const [other] = job.assumptions.assets.flatMap((asset) => asset.fundId ?? []);
  if (other !== undefined && other !== fundId) {
    redirect(303, `/funds/${other}/simulate?job=${job.id}`);
  }
  return { ...job, error: inReaderWords(job.error) };
}

export const actions: Actions = {
  start: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const { data, problems } = await query(FundNameDocument, { id });
    if (!data?.fund) return refuse("start", form, problems);
    const { currency } = data.fund;
    const input = readSimulation({ form, fundId: id, currency, point: readerPoint() });
    if (typeof input === "string") {
      const t = readerMessages();
      return refuse("start", form, [{ code: "INVALID_INPUT", message: t(input) }]);
    }
    const started = await mutate(StartSimulationDocument, { input });
    if (!started.data) return refuse("start", form, started.problems);
    return redirect(303, `?job=${started.data.startSimulation.id}`);
  },
  cancel: async ({ request }) => {
    const form = await request.formData();
    const jobId = textOf(form, "jobId");
    const answer = await mutate(CancelMetricsJobDocument, { id: jobId });
    return settle("cancel", form, answer, `?job=${encodeURIComponent(jobId)}`);
  },
};
