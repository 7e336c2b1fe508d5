import { refuse } from "./fault.mjs";

const DEBIT_NORMAL = new Set(["ASSET", "EXPENSE"]);

/** The account an event speaks of; it must have been opened in this book. */
export function requireAccount(book, id) {
  const account = book.accounts.get(id);
  if (account === undefined) refuse("ACCOUNT", `account ${id} was never opened`);
  return account;
}

export function requireOpen(book, id) {
  const account = requireAccount(book, id);
  if (account.status !== "OPEN") refuse("ACCOUNT", `account ${id} is ${account.status}`);
  return account;
}

export function requireCurrency({ id, currency }, stated) {
  if (currency !== stated) refuse("ACCOUNT", `account ${id} is kept in ${currency}`);
}

export function openAccount(book, payload) {
  const { accountId: id, code, type, currency, minimumBalance, managed = false } = payload;
  if (managed && book.fundTerms.size === 0) {
    refuse("ACCOUNT", "a managed account is in the book of a fund without terms");
  }
  if (book.accounts.has(id)) refuse("ACCOUNT", `account ${id} is open already`);
  if (book.codes.has(code)) refuse("ACCOUNT", `another account has the code ${code}`);
  const minimum =
    minimumBalance === undefined ? null : book.amounts.minor(minimumBalance, currency);
  if (minimum !== null && minimum > 0n) {
    refuse("ACCOUNT", "the minimum balance of a new account is above zero");
  }
  book.codes.add(code);
  book.accounts.set(id, {
    id,
    code,
    currency,
    type,
    debitNormal: DEBIT_NORMAL.has(type),
    status: "OPEN",
    balance: 0n,
    held: 0n,
    minimum,
    parentId: null,
    managed,
    balanceBefore: undefined,
  });
}

/** What follows from a register, positions or valuations is not changed by hand. */
export function refuseManaged({ id, managed }) {
  if (managed) refuse("ACCOUNT", `account ${id} is managed`);
}

export function renameAccount(book, { accountId, parentId }) {
  const account = requireAccount(book, accountId);
  for (let id = parentId; id !== null; id = requireAccount(book, id).parentId) {
    if (id === accountId) refuse("ACCOUNT", `account ${accountId} would be above itself`);
  }
  account.parentId = parentId;
}

const CLASSES_OF = {
  ASSET: ["CURRENT", "NON_CURRENT", "SUSPENSE"],
  LIABILITY: ["CURRENT", "NON_CURRENT", "SUSPENSE"],
  EQUITY: ["CAPITAL", "RETAINED_EARNINGS", "OPENING_BALANCES"],
  INCOME: ["ORDINARY", "CURRENCY_RESULT"],
  EXPENSE: ["ORDINARY", "CURRENCY_RESULT"],
};
const ALONE = new Set(["RETAINED_EARNINGS", "OPENING_BALANCES"]);

export function classifyAccount(book, { accountId, class: wanted }) {
  const account = requireAccount(book, accountId);
  if (!CLASSES_OF[account.type].includes(wanted)) {
    refuse("ACCOUNT", `no account of the type ${account.type} has the class ${wanted}`);
  }
  if (ALONE.has(wanted)) {
    for (const other of book.accounts.values()) {
      const isOther = other !== account && other.status !== "CLOSED";
      if (isOther && other.class === wanted && other.currency === account.currency) {
        refuse("ACCOUNT", `account ${other.id} has the class ${wanted} already`);
      }
    }
  }
  account.class = wanted;
}

export function setMinimum(book, { accountId, currency, minimumBalance }) {
  const account = requireAccount(book, accountId);
  requireCurrency(account, currency);
  refuseManaged(account);
  if (account.status === "CLOSED") refuse("ACCOUNT", `account ${accountId} is CLOSED`);
  const minimum = book.amounts.minorOrNull(minimumBalance, currency);
  if (minimum === account.minimum) refuse("ACCOUNT", "the minimum balance was the same before");
  if (minimum !== null && account.balance - account.held < minimum) {
    refuse("BALANCE", `less than the minimum is available on account ${accountId}`);
  }
  account.minimum = minimum;
}

const moveFrom =
  (from, to) =>
  (book, { accountId }) => {
    const account = requireAccount(book, accountId);
    refuseManaged(account);
    if (account.status !== from) refuse("ACCOUNT", `account ${accountId} is ${account.status}`);
    account.status = to;
  };

export const freezeAccount = moveFrom("OPEN", "FROZEN");
export const unfreezeAccount = moveFrom("FROZEN", "OPEN");

export function closeAccount(book, { accountId }) {
  const account = requireAccount(book, accountId);
  refuseManaged(account);
  if (account.status === "CLOSED") refuse("ACCOUNT", `account ${accountId} is CLOSED`);
  if (account.balance !== 0n || account.held !== 0n) {
    refuse("ACCOUNT", `account ${accountId} is not empty`);
  }
  account.status = "CLOSED";
}
