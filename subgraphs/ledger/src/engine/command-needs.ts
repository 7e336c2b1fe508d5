import { isId } from "@allfunds/platform";
import type { BookCommand, Envelope } from "./book-command.ts";
import type { BookState } from "./book-state.ts";

/** What must be looked up before commands can be decided. */
export interface Needs {
  /** Of accounts that the state does not have. */
  readonly accountIds: ReadonlySet<string>;
  readonly accountCodes: ReadonlySet<string>;
  /** Transaction ids that clients chose and that may therefore be taken. */
  readonly transactionIds: ReadonlySet<string>;
  /** References that clients gave and that may therefore be taken. */
  readonly references: ReadonlySet<string>;
  readonly holdIds: ReadonlySet<string>;
  readonly reversedIds: ReadonlySet<string>;
  readonly proposalIds: ReadonlySet<string>;
}

/** Gathers the needs of a batch beyond what its book's state has. */
export class NeedsCollector implements Needs {
  readonly accountIds = new Set<string>();
  readonly accountCodes = new Set<string>();
  readonly transactionIds = new Set<string>();
  readonly references = new Set<string>();
  readonly holdIds = new Set<string>();
  readonly reversedIds = new Set<string>();
  readonly proposalIds = new Set<string>();
  readonly #state: BookState;

  constructor(state: BookState) {
    this.#state = state;
  }

  add({ command, idIsClients }: Pick<Envelope, "command" | "idIsClients">): void {
    switch (command.kind) {
      case "OpenFund":
      case "ClosePeriod":
      case "ReopenPeriod":
      case "SetApprovalLimit":
      case "AdoptTenantLimit":
        return;
      case "ApproveProposal":
        this.proposalIds.add(command.proposalId);
        // Its ids may have been taken since it was proposed, whoever chose them.
        this.add({ command: command.proposed.command, idIsClients: true });
        return;
      case "RejectProposal":
      case "WithdrawProposal":
        this.proposalIds.add(command.proposalId);
        return;
      case "OpenAccount":
        this.accountCodes.add(command.code);
        if (idIsClients) this.#addAccount(command.accountId);
        return;
      case "SetAccountFloor":
      case "FreezeAccount":
      case "UnfreezeAccount":
      case "CloseAccount":
        this.#addAccount(command.accountId);
        return;
      case "PostTransaction":
        for (const { accountId } of command.entries) this.#addAccount(accountId);
        this.#addPosting(command, idIsClients);
        return;
      case "AdjustBalance":
      case "PostStatementLine":
        this.#addContra(command);
        return;
      case "ReverseTransaction":
        addId(this.reversedIds, command.reverses);
        for (const id of command.accountIds) this.#addAccount(id);
        for (const { accountId } of command.entries ?? []) this.#addAccount(accountId);
        this.#addPosting(command, idIsClients);
        return;
      case "PlaceHold":
        this.#addAccount(command.accountId);
        this.#addAccount(command.contraAccountId);
        if (idIsClients) addId(this.holdIds, command.holdId);
        return;
      case "CaptureHold":
        this.#addAccount(command.accountId);
        this.#addAccount(command.contraAccountId);
        addId(this.holdIds, command.holdId);
        this.#addPosting(command, idIsClients);
        return;
      case "VoidHold":
        this.#addAccount(command.accountId);
        addId(this.holdIds, command.holdId);
        return;
      case "ExpireHolds":
        for (const id of command.accountIds) this.#addAccount(id);
    }
  }

  #addAccount(id: string | null | undefined): void {
    if (typeof id === "string" && this.#state.account(id) === undefined) addId(this.accountIds, id);
  }

  // Ids made by the edge cannot be taken yet; looking them up would cost a probe each.
  #addPosting(
    posting: { readonly transactionId: string; readonly reference: string | null },
    idIsClients: boolean,
  ): void {
    if (idIsClients) addId(this.transactionIds, posting.transactionId);
    if (posting.reference !== null && posting.reference.isWellFormed()) {
      this.references.add(posting.reference);
    }
  }

  #addContra({
    accountId,
    contra,
  }: Extract<BookCommand, { readonly kind: "AdjustBalance" | "PostStatementLine" }>): void {
    this.#addAccount(accountId);
    this.#addAccount(contra.accountId);
    this.accountCodes.add(contra.own.code);
  }
}

/** What is no id finds nothing, and must not reach the database as one. */
function addId(ids: Set<string>, id: string | null | undefined): void {
  if (typeof id === "string" && isId(id)) ids.add(id);
}
