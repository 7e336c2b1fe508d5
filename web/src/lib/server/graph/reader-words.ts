import { getRequestEvent } from "$app/server";
import { readerLanguage } from "../reader-language.ts";
import { sentenceFor } from "./problem-sentences.ts";

interface Refused {
  readonly code: string;
  readonly message: string;
}

/**
 * What the graph keeps of a failure, such as a job's, with its sentence in the language of the request's reader. In
 * English it stays as it is: it names what ended the job.
 */
export function inReaderWords<Failure extends Refused>(failure: Failure): Failure;
export function inReaderWords<Failure extends Refused>(failure: Failure | null): Failure | null;
export function inReaderWords<Failure extends Refused>(failure: Failure | null): Failure | null {
  if (failure === null) return null;
  const event = getRequestEvent();
  const wording = { language: readerLanguage(event), t: event.locals.t };
  if (wording.language === "en") return failure;
  return { ...failure, message: sentenceFor(failure.code, failure.message, wording) };
}
