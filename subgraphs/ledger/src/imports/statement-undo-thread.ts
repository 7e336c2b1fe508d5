import type { UndoOutcome, UndoTask } from "../slices/bank-statements/statement-undo-job.ts";
import type { BookMessage } from "../threads/book-thread.ts";
import { serveThread } from "@allfunds/platform/threads";
import { undoImport } from "./undo-import.ts";

// A thread of its own, as an import has: it takes back as many postings.
await serveThread<UndoTask, UndoOutcome, BookMessage>(undoImport);
