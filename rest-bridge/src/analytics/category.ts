import { z } from "zod";
import { instant } from "../endpoint/scalars.ts";

export const confidence = z.number().min(0).max(1);

export const category = z
  .object({
    code: z.string().meta({ description: "Stable code, such as MANAGEMENT_FEE." }),
    name: z.string().meta({ description: "Name of the category." }),
    confidence: confidence.meta({ description: "Probability that the category is right." }),
    source: z.enum(["RULE", "MODEL", "GEMINI", "PERSON", "LEARNED", "TENANT_RULE"]).meta({
      description:
        "What decided: a rule or the classifier of the built-in model, Gemini, a person, a payee rule learned from one, or a rule of the tenant.",
    }),
    model: z.string().meta({ description: "Name and version of what decided." }),
    evidence: z.array(z.string()).meta({ description: "The evidence for the category." }),
    needsReview: z.boolean().meta({ description: "A person should confirm it." }),
    categorisedAt: instant("When it was decided; null for a text of this request.").nullable(),
  })
  .meta({ id: "Category", description: "The category of a text or transaction, and why." });
