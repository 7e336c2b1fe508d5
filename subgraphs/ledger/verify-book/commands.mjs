import { refuse } from "./fault.mjs";

/** A character for each type of event, so that what a command led to reads as a word. */
const LETTER_OF = {
  FundOpened: "F",
  ApprovalLimitSet: "L",
  AccountOpened: "A",
  AccountRenamed: "R",
  AccountClassified: "K",
  TransactionProposed: "P",
  ProposalApproved: "Y",
  HoldCaptured: "C",
  TransactionPosted: "T",
  HoldVoided: "V",
  HoldExpired: "E",
  FundTermsSet: "G",
  ShareClassOpened: "G",
  ShareClassTermsSet: "G",
  ShareClassStateSet: "G",
  NavCalculated: "G",
  NavPublished: "G",
  NavDiscarded: "G",
  InvestorAccountOpened: "G",
  OrderPlaced: "G",
  OrderApproved: "G",
  OrderApprovalGiven: "G",
  OrderApprovalRefused: "G",
  OrderRejected: "G",
  OrderCancelled: "G",
  OrderDeferred: "G",
  OrderDealt: "G",
  OrderSettled: "G",
  InvestorsRegistered: "G",
  TradeRecorded: "G",
  TradeSettled: "G",
  TradeCancelled: "G",
  LotsReplayed: "G",
  CorporateActionRecorded: "G",
  CorporateActionPaid: "G",
  CorporateActionCancelled: "G",
  CurrencyTradeRecorded: "G",
  CurrencyTradeSettled: "G",
  CurrencyTradeCancelled: "G",
};
const ALONE = "S";

/**
 * What one command can lead to. Holds that are due expire before anything else; a fund opens with the
 * limits of its tenant; an account may be opened for the other side of a posting; a capture is a posting; a change
 * may follow its approval; a
 * chart is accounts, each with its parent and class. A fact of fund administration opens the accounts that it
 * needs, before it or behind it, and may post and lead to further facts.
 */
const WORDS = /^E*(?:FL*|L+|Y?[SL]|[PV]|Y?A?T|(?:AR?K?)+|R|K|Y|Y?CTV?|Y?A*G[GAT]*)?$/;

/** A command with a client's key states how many events it led to; where others end is not recorded. */
export class Commands {
  #keys = new Set();
  #first;
  #left = 0;
  #word = "";
  #isCounted = false;
  /** An event that has to follow at once, by the same command. */
  #awaited;

  /** Is the event where its command has it? */
  check(event) {
    const { commandKey: key, requestHash, commandEvents: count, type } = event;
    if ((key === null) !== (requestHash === null) || (key === null) !== (count === null)) {
      refuse("COMMAND", "commandKey, requestHash and commandEvents are not there together");
    }
    if (this.#left > 0) this.#checkSame(event, this.#first);
    if (this.#awaited !== undefined) {
      this.#checkSame(event, this.#awaited.by);
      if (!this.#awaited.allows(event)) refuse(this.#awaited.kind, this.#awaited.what);
    }
    if (key !== null) this.#begin(event, count);
    this.#isCounted = this.#left > 0;
    if (!this.#isCounted) return;
    this.#left -= 1;
    this.#word += LETTER_OF[type] ?? ALONE;
    if (this.#left === 0 && !WORDS.test(this.#word)) {
      refuse("COMMAND", `no command leads to these ${this.#first.commandEvents} events`);
    }
  }

  /** Was a command with this key carried out before? */
  has(key) {
    return this.#keys.has(key);
  }

  /** The key of the command that the event is of. */
  keyOf({ commandKey }) {
    return commandKey ?? (this.#isCounted ? this.#first.commandKey : null);
  }

  #begin(event, count) {
    if (this.#keys.has(event.commandKey)) {
      refuse("COMMAND", `the command ${event.commandKey} was carried out before`);
    }
    if (count < 1) refuse("COMMAND", "a command that led to nothing leaves no event");
    this.#keys.add(event.commandKey);
    this.#first = event;
    this.#left = count;
    this.#word = "";
  }

  /** Is it of the same command as an event before it? */
  #checkSame({ commandKey, actor, origin, recordedAt }, first) {
    if (
      commandKey !== null ||
      actor !== first.actor ||
      origin !== first.origin ||
      recordedAt !== first.recordedAt
    ) {
      refuse("COMMAND", `the command at ${first.position} does not go on here`);
    }
  }

  /** The next event has to be of the same command and one that `allows` accepts. */
  await(awaited) {
    if (this.#isCounted && this.#left === 0) refuse(awaited.kind, awaited.what);
    this.#awaited = awaited;
  }

  fulfil() {
    this.#awaited = undefined;
  }

  /** Refuses an end of the book in the middle of a command. */
  checkEnd() {
    if (this.#awaited !== undefined) refuse(this.#awaited.kind, this.#awaited.what);
    if (this.#left > 0) refuse("COMMAND", `${this.#left} events of the last command are missing`);
  }
}
