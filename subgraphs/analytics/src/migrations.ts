import { feedMigrations } from "@allfunds/platform/feed";
import type { NamedMigration } from "@allfunds/platform/database";
import { accountTable, cashMarks } from "./accounts/create-account-table.ts";
import { questionTables } from "./gemini/create-question-tables.ts";
import { keptAnswers } from "./gemini/kept-answers.ts";
import { insightTable } from "./insights/create-insight-table.ts";
import {
  movementEntries,
  movementIndexes,
  movementTable,
} from "./movements/create-movement-table.ts";

/** The schema of this service, oldest step first. */
export const MIGRATIONS: readonly NamedMigration[] = [
  ...feedMigrations,
  accountTable,
  movementTable,
  insightTable,
  questionTables,
  movementIndexes,
  keptAnswers,
  cashMarks,
  movementEntries,
];
