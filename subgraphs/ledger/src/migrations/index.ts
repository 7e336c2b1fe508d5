import type { NamedMigration } from "@allfunds/platform/database";
import { jobMigrations } from "@allfunds/platform/jobs";
import { MODEL } from "../slices/model.ts";
import { CreateActorBlocks } from "../slices/audit-log/actor-blocks.ts";
import { CreateWebhooks } from "../slices/webhooks/webhook-sql.ts";
import { IndexTermsInPages } from "../slices/search/term-index.ts";
import { PairCommonWords } from "../slices/search/term-pairs.ts";
import { CreateBooks } from "./create-books.ts";
import { ChainFeed } from "./chain-feed.ts";
import { CreateHolds } from "./create-holds.ts";
import { CreateFeed } from "./create-feed.ts";
import { AddClientReference } from "./add-client-reference.ts";
import { AddMinimumBalance } from "./add-minimum-balance.ts";
import { CreatePeriods } from "./create-periods.ts";
import { CreateProposals } from "./create-proposals.ts";
import { CreateReadModels } from "./create-read-models.ts";
import { AddProjections } from "./add-projections.ts";
import { AddOrigin } from "./add-origin.ts";
import { AddSearch } from "./add-search.ts";
import { AddStatementDays } from "./add-statement-days.ts";
import { BoundReversals } from "./bound-reversals.ts";
import { CountReversalsByKey } from "./count-reversals-by-key.ts";
import { EnforceTenancy } from "./enforce-tenancy.ts";
import { GrantFunds } from "./grant-funds.ts";
import { PlaceTenants } from "./place-tenants.ts";
import { IndexTermsInBlocks } from "./index-terms-in-blocks.ts";
import { LinkReversals } from "./link-reversals.ts";
import { ProveByReplay } from "./prove-by-replay.ts";
import { RequireRows } from "./require-rows.ts";
import { RevokeRewriting } from "./revoke-rewriting.ts";
import { StorePayloadsAsText } from "./store-payloads-as-text.ts";

/** Every step of the ledger's schema, oldest first. */
export const MIGRATIONS: readonly NamedMigration[] = [
  { name: "0001-create-books", class: CreateBooks },
  { name: "0002-create-read-models", class: CreateReadModels },
  { name: "0003-create-feed", class: CreateFeed },
  { name: "0004-add-client-reference", class: AddClientReference },
  { name: "0005-add-minimum-balance", class: AddMinimumBalance },
  { name: "0020-revoke-rewriting", class: RevokeRewriting },
  { name: "0021-enforce-tenancy", class: EnforceTenancy },
  { name: "0022-add-projections", class: AddProjections },
  { name: "0023-add-search", class: AddSearch },
  { name: "0030-create-holds", class: CreateHolds },
  { name: "0031-link-reversals", class: LinkReversals },
  { name: "0032-create-periods", class: CreatePeriods },
  { name: "0040-create-proposals", class: CreateProposals },
  { name: "0041-grant-funds", class: GrantFunds },
  { name: "0042-add-origin", class: AddOrigin },
  { name: "0050-require-rows", class: RequireRows },
  { name: "0051-store-payloads-as-text", class: StorePayloadsAsText },
  { name: "0052-add-statement-days", class: AddStatementDays },
  { name: "0060-bound-reversals", class: BoundReversals },
  { name: "0070-chain-feed", class: ChainFeed },
  { name: "0071-prove-by-replay", class: ProveByReplay },
  ...MODEL.migrations,
  { name: "0100-terms-in-blocks", class: IndexTermsInBlocks },
  { name: "0110-create-webhooks", class: CreateWebhooks },
  { name: "0160-expand-place-tenants", class: PlaceTenants },
  { name: "0170-expand-terms-in-pages", class: IndexTermsInPages },
  { name: "0200-expand-actor-blocks", class: CreateActorBlocks },
  { name: "0210-expand-count-reversals-by-key", class: CountReversalsByKey },
  { name: "0220-expand-term-pairs", class: PairCommonWords },
  ...jobMigrations,
];
