/** Made from the OpenAPI document of the REST bridge; `npm run fix` writes it. */


/** An account with its balance on the normal side. */
export type Account = { 
/** The account. */
"id": string; 
/** The fund whose chart it is in. */
"fundId": string; 
/** Short code, unique within the fund. */
"code": string; 
/** Name of the account. */
"name": string; 
/** Kind of account; ASSET and EXPENSE grow by debits, the others by credits. */
"type": "ASSET" | "LIABILITY" | "EQUITY" | "INCOME" | "EXPENSE"; 
/** Currency of every entry on it. ISO 4217. */
"currency": string; "balance": Money; 
/** Grows with each change of the account; the ETag holds it. */
"version": number; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** One page of accounts. */
export type AccountPage = { 
/** Accounts. */
"items": Array<Account>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** A question about the books and figures that the caller may see. */
export type AdviceRequest = { 
/** To answer a question. */
"kind": "ADVISE"; 
/** The question. */
"question": string; 
/** Only this fund; all the caller sees when absent. */
"fundId"?: string; 
/** Language of the answer; that of the question when absent. */
"language"?: "EN" | "DE" | "FR" | "ES" | "HE"; };

/** The results of an analysis. */
export type Analysis = { 
/** The kind of analysis. */
"kind": "CATEGORIZE" | "SENTIMENT" | "EXPLAIN"; 
/** One result per text, item and transaction, in the order of the request. */
"results": Array<{ 
/** Place in the request: texts, items, transactions; from 0. */
"index": number; "transactionId": string | null; 
/** The text that was analysed. */
"text": string; "category": Category | null; "sentiment": Sentiment | null; 
/** For EXPLAIN: what decided the category, strongest first. */
"contributions": Array<{ 
/** The rule, word or pair of words. */
"feature": string; 
/** Log-odds it adds; null for a rule, which decides alone. */
"weight": number | null; }> | null; }>; };

/** A text with what else is known of the payment. */
export type AnalysisItem = { 
/** Remittance text. */
"text": string; 
/** Whether the fund receives or pays. */
"direction"?: "IN" | "OUT"; 
/** Amount without a sign; its order of magnitude counts. */
"amount"?: string; 
/** Who was paid or paid. */
"payee"?: string; 
/** The fund, whose payee rules decide first. */
"fundId"?: string; };

/** What to analyse: texts, items, transactions or all, 1 to 10000 together. */
export type AnalysisRequest = { 
/** The kind of analysis. */
"kind": "CATEGORIZE" | "SENTIMENT" | "EXPLAIN"; 
/** One text of 1 to 2000 characters; the first of `texts`. */
"text"?: string; 
/** Texts of 1 to 2000 characters. */
"texts"?: Array<string>; 
/** Texts with direction, amount, payee and fund. */
"items"?: Array<AnalysisItem>; 
/** Posted transactions. */
"transactionIds"?: Array<string>; };

/** An answer whose every figure has a source. */
export type Answer = { 
/** The kind of analysis. */
"kind": "ADVISE"; 
/** Whether the question was answered, and why not. */
"outcome": "ANSWERED" | "NO_DATA" | "OUTSIDE" | "NAME_A_FUND" | "NO_TRADE_ADVICE"; 
/** Who wrote the sentences. */
"by": "MODEL" | "TEMPLATES"; 
/** The language model that wrote them. */
"model": string | null; 
/** The language of the answer. */
"language": "EN" | "DE" | "FR" | "ES" | "HE"; 
/** Its sentences; every figure in them is a cited fact. */
"sentences": Array<{ 
/** The sentence. */
"text": string; 
/** The facts it cites. */
"factIds": Array<string>; }>; 
/** The facts that the sentences cite. */
"facts": Array<AnswerFact>; "asOf": string | null; 
/** Book position of its facts; null when it cites several funds. */
"position": number | null; 
/** Sentences of the language model that were refused. */
"refusedSentences": number; 
/** What was sent to the language model, in order. */
"sent": Array<string>; };

/** A figure or name in an answer, with its source. */
export type AnswerFact = { 
/** Its id within the answer, such as `f1`. */
"id": string; 
/** What it is, in the language of the answer. */
"label": string; 
/** Its exact value: a decimal, a date or a text. */
"value": string; 
/** The value with its unit, as the language writes it. */
"text": string; 
/** What the value is counted in. */
"unit": "MONEY" | "RATIO" | "NUMBER" | "COUNT" | "MONTHS" | "PRICE" | "DATE" | "TEXT"; "currency": string | null; "asOf": string | null; 
/** Position of the fund's book it includes. */
"position": number | null; "fundId": string | null; "transactionId": string | null; 
/** The metric it is, such as `CASH`. */
"metric": string | null; 
/** The calculation it is the result of, such as `SUM`. */
"calculation": string | null; 
/** The facts it was calculated from. */
"calculatedFrom": Array<string>; };

/** A file that belongs to a transaction. */
export type Attachment = { 
/** The attachment. */
"id": string; 
/** The transaction that it belongs to. */
"transactionId": string; 
/** Name of the file. */
"name": string; 
/** Type of the file, by its content. */
"mediaType": string; 
/** Bytes. */
"size": number; 
/** SHA-256 of the bytes, in hexadecimal. */
"sha256": string; 
/** When it was attached. */
"attachedAt": string; 
/** Only with `expand`: what transactionId names. */
"transaction"?: Transaction | null; };

/** The account after the adjustment, and the transaction that adjusted it. */
export type BalanceAdjustment = { "account": Account; 
/** The adjusting transaction; null when the balance was right already. */
"transaction": Transaction | null; };

/** The balance that an account is to have, and why. */
export type BalanceAdjustmentRequest = { 
/** The account. */
"accountId": string; 
/** Wanted balance on the account's normal side; may be negative. A decimal string, never a JSON number, no exponent. */
"balance": string; 
/** Why; it becomes the description. */
"reason": string; 
/** Value date; today in UTC when absent. */
"effectiveDate"?: string; 
/** True when a value date far from today is meant; it is refused without. */
"confirmFarValueDate"?: boolean; };

/** A hole in the chain of statement balances. */
export type BalanceBreak = { 
/** Where it is. */
"kind": "BETWEEN_LINES" | "BETWEEN_STATEMENTS" | "SINCE_LAST_IMPORT"; 
/** Balance that should have come next. */
"expected": string; 
/** Balance that came. */
"found": string; 
/** `found` less `expected`. */
"difference": string; "line": number | null; };

/** The result of each transaction. */
export type BulkResult = { 
/** Number of transactions that were posted. */
"posted": number; 
/** Number of transactions that were refused. */
"refused": number; 
/** One result per transaction, in the order of the request. */
"results": Array<{ 
/** Place in the request, counted from 0. */
"index": number; "transaction": Transaction | null; "error": { 
/** Stable code of the refusal. */
"code": string; 
/** The HTTP status that the refusal has outside a bulk. */
"status": number; 
/** What the code means. */
"title": string; 
/** What was wrong, in a sentence. */
"detail": string; "proposalId": string | null; } | null; }>; };

/** How much of a hold to capture, and by which transaction. */
export type CaptureRequest = { 
/** How much; all that is left when absent. A decimal string, never a JSON number, no exponent. */
"amount"?: string; 
/** Release what this capture leaves, instead of keeping it reserved. */
"releaseRest"?: boolean; 
/** The account that receives it; the one that the hold names when absent. */
"contraAccountId"?: string; 
/** UUID of the transaction; made by the ledger when absent. */
"transactionId"?: string; 
/** Value date; today in UTC when absent. */
"effectiveDate"?: string; 
/** True when a value date far from today is meant; it is refused without. */
"confirmFarValueDate"?: boolean; 
/** Of the transaction; the hold's when absent. */
"description"?: string; 
/** Your reference. */
"reference"?: string | null; 
/** Data of your own: JSON, at most 16,384 characters. */
"metadata"?: Record<string, unknown>; };

/** The category of a text or transaction, and why. */
export type Category = { 
/** Stable code, such as MANAGEMENT_FEE. */
"code": string; 
/** Name of the category. */
"name": string; 
/** Probability that the category is right. */
"confidence": number; 
/** What decided: a rule or the classifier of the built-in model, Gemini, a person, a payee rule learned from one, or a rule of the tenant. */
"source": "RULE" | "MODEL" | "GEMINI" | "PERSON" | "LEARNED" | "TENANT_RULE"; 
/** Name and version of what decided. */
"model": string; 
/** The evidence for the category. */
"evidence": Array<string>; 
/** A person should confirm it. */
"needsReview": boolean; "categorisedAt": string | null; };

/** The settings that change; the others stay. */
export type ChangedWebhook = { 
/** Where messages are posted to: https, without credentials, at a public address; `http` and private networks only where the operator allows them. */
"url"?: string; 
/** What it is for, up to 200 characters. */
"description"?: string; 
/** Types of events that are sent; null for every type. */
"eventTypes"?: Array<"FundOpened" | "AccountOpened" | "AccountRenamed" | "AccountClassified" | "AccountFloorSet" | "AccountFrozen" | "AccountUnfrozen" | "AccountClosed" | "PeriodClosed" | "PeriodReopened" | "TransactionPosted" | "HoldPlaced" | "HoldCaptured" | "HoldVoided" | "HoldExpired" | "ApprovalLimitSet" | "SecuritiesRegistered" | "PricesRecorded" | "ExchangeRatesRecorded" | "TradeRecorded" | "TradeSettled" | "TradeFailed" | "TradeCancelled" | "CurrencyTradeRecorded" | "CurrencyTradeSettled" | "CurrencyTradeCancelled" | "LotsReplayed" | "CorporateActionRecorded" | "CorporateActionPaid" | "CorporateActionCancelled" | "CounterpartySet" | "DimensionSet" | "DimensionValuesSet" | "JournalTemplateSet" | "JournalRunSkipped" | "ValueDateLimitsSet" | "FileAttached" | "CommentAdded" | "StatementReceived" | "StatementLinesRead" | "StatementImported" | "StatementUndone" | "StatementLineConfirmed" | "StatementLineRejected" | "TransactionProposed" | "ChangeProposed" | "ImportRulesSet" | "ApprovalRefused" | "ApprovalGiven" | "LinesMatched" | "LinesUnmatched" | "ReconcilingItemUpdated" | "ProposalApproved" | "ProposalRejected" | "ProposalWithdrawn" | "FundTermsSet" | "ShareClassOpened" | "ShareClassTermsSet" | "ShareClassStateSet" | "NavCalculated" | "NavPublished" | "NavDiscarded" | "InvestorsRegistered" | "KycStateSet" | "InvestorErased" | "InvestorAccountOpened" | "OrderPlaced" | "OrderApproved" | "OrderApprovalGiven" | "OrderApprovalRefused" | "OrderRejected" | "OrderCancelled" | "OrderDeferred" | "OrderDealt" | "OrderSettled" | "WebhookDisabled"> | null; 
/** Funds whose events are sent; null for every fund and the tenant's own book, which needs a grant for every fund. */
"fundIds"?: Array<string> | null; 
/** Whether messages have texts and parties (description, reference, metadata, counterparty, IBAN), which may name persons. Needs investors:read. */
"personalData"?: boolean; };

/** A report in several columns. */
export type ComparativeReport = { 
/** Which report it is. */
"report": string; 
/** Position up to which the book was read. */
"knownAt": number; 
/** As they were requested. */
"columns": Array<ComparedColumn>; 
/** Accounts, once for each currency. */
"lines": Array<ComparedLine>; };

/** The days of a column. */
export type ComparedColumn = { "from": string | null; 
/** Last value date. */
"to": string; };

/** An account in several columns. */
export type ComparedLine = { 
/** With `dimension`: the value, null for what has none of it. */
"value"?: string | null; 
/** 1 for an account without a parent, 2 beneath it; absent with `dimension` and of cash flows. */
"level"?: number; 
/** The account. */
"accountId": string; 
/** Code of the account. */
"code": string; 
/** Name of the account. */
"name": string; 
/** Kind of account. */
"type": "ASSET" | "LIABILITY" | "EQUITY" | "INCOME" | "EXPENSE"; 
/** Currency of the amounts. ISO 4217. */
"currency": string; 
/** Of a cash flow: the part of the statement. */
"activity"?: "OPERATING" | "INVESTING" | "FINANCING"; 
/** One for each column, in order. */
"amounts": Array<string>; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; };

/** Rules that are compared with where posted lines went. */
export type ComparedRules = { 
/** The bank account. */
"accountId": string; 
/** In their order: the first that fits counts. */
"rules": Array<StatementRule>; 
/** Where receipts go that no rule fits. */
"receiptsAccountId"?: string; 
/** Where payments go that no rule fits. */
"paymentsAccountId"?: string; 
/** How many of the newest posted lines are compared. */
"last"?: number; };

/** How a CSV is read; what is absent is detected. */
export type CsvMapping = { 
/** Column of the booking date: its heading, or its place as #1. */
"date"?: string; 
/** Column of the value date: its heading, or its place as #1. */
"valueDate"?: string; 
/** Column of the text: its heading, or its place as #1. */
"description"?: string; 
/** Column of the signed amount: its heading, or its place as #1. */
"amount"?: string; 
/** Column of amounts that went out: its heading, or its place as #1. */
"debit"?: string; 
/** Column of amounts that came in: its heading, or its place as #1. */
"credit"?: string; 
/** Column of the direction: its heading, or its place as #1. */
"direction"?: string; 
/** Column of the status: its heading, or its place as #1. */
"status"?: string; 
/** Column of charges: its heading, or its place as #1. */
"fee"?: string; 
/** Column of the balance behind the line: its heading, or its place as #1. */
"balance"?: string; 
/** Column of the reference: its heading, or its place as #1. */
"reference"?: string; 
/** Column of the other party: its heading, or its place as #1. */
"counterparty"?: string; 
/** Column of the other party's IBAN: its heading, or its place as #1. */
"counterpartyIban"?: string; 
/** Column of the currency: its heading, or its place as #1. */
"currency"?: string; 
/** Such as DD.MM.YYYY. */
"dateFormat"?: string; 
/** Point or comma. */
"decimalSeparator"?: string; 
/** Between the cells. */
"delimiter"?: string; 
/** Line of the headings, 0 for none. */
"headerLine"?: number; 
/** Of a workbook with several. */
"sheet"?: string; 
/** Whether positive amounts are what was spent, as on a card. */
"positiveIsOut"?: boolean; 
/** What a minus in a debit or credit means. */
"minus"?: "REPEATS_SIDE" | "TAKES_BACK"; 
/** Leaves out lines in other currencies than the account's. */
"leaveOutOtherCurrencies"?: boolean; };

/** A webhook that was removed. */
export type DeletedWebhook = { 
/** The webhook that was. */
"id": string; 
/** It is there no more. */
"deleted": true; };

/** A rate as it was quoted. */
export type ExchangeRate = { 
/** The day it is for. */
"date": string; 
/** Currency of which one unit is meant. ISO 4217. */
"base": string; 
/** Currency in which that unit is quoted. ISO 4217. */
"quote": string; 
/** Who gave it, 1 to 40 characters: `ECB`. */
"source": string; 
/** Units of `quote` for one of `base`, as quoted. */
"rate": string; 
/** Position of its event in its book. */
"position": number; 
/** Its place in that event, from 0. */
"line": number; };

/** One page of rates. */
export type ExchangeRatePage = { 
/** Rates. */
"items": Array<ExchangeRate>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** A series with its expected values and intervals. */
export type Forecast = { 
/** The fund, when the request names one. */
"fundId"?: string; 
/** The account, when the request names one. */
"accountId"?: string; 
/** The instrument, when the request names one. */
"instrumentId"?: string; 
/** The series that is forecast, such as CASH. */
"metric": string; 
/** The chosen method. */
"method": string; 
/** When the forecast was made. UTC, RFC 3339. */
"generatedAt": string; 
/** Last day of the last complete period that it is based on. */
"asOf": string; 
/** Distance between points: DAY or MONTH. */
"interval": string; 
/** The periods of the series. */
"frequency": "HOURLY" | "DAILY" | "BUSINESS_DAILY" | "WEEKLY" | "MONTHLY" | "QUARTERLY" | "YEARLY"; 
/** Share of future values that the intervals are meant to contain. */
"level": number; 
/** Currency of the values. ISO 4217. */
"currency": string; 
/** The periods ahead, nearest first. */
"points": Array<{ 
/** Last day of the period. */
"date": string; 
/** Expected value. */
"value": string; 
/** Lower end of the interval. */
"lower": string; 
/** Upper end of the interval. */
"upper": string; }>; 
/** The error that the method had in a back-test. */
"backtest": { 
/** Number of periods that the back-test forecast from. */
"folds": number; 
/** Mean absolute scaled error; null for a constant series. */
"mase": number | null; 
/** Symmetric mean absolute percentage error, 0 to 200, also 200 without a fold. Use symmetricError. */
"smape": number; 
/** Symmetric mean absolute percentage error, 0 to 200; null without a fold. */
"symmetricError": number | null; 
/** Share of back-test values inside the interval, also 0 without a fold. Use coverageOf80. */
"coverage": number; 
/** Share of back-test values inside 80 % intervals; null without a fold. */
"coverageOf80": number | null; 
/** Share of back-test values inside 95 % intervals; null without a fold. */
"coverageOf95": number | null; 
/** All methods that were tried. */
"candidates": Array<{ "method": string; "mase": number | null; }>; }; };

/** A fund. */
export type Fund = { 
/** The fund. */
"id": string; 
/** Name of the fund. */
"name": string; 
/** Its base currency. ISO 4217. */
"currency": string; };

/** One page of funds. */
export type FundPage = { 
/** Funds. */
"items": Array<Fund>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** A part of an account's balance that is reserved. */
export type Hold = { 
/** The hold. */
"id": string; 
/** The fund in whose book it is. */
"fundId": string; 
/** The account whose balance it reserves. */
"accountId": string; "contraAccountId": string | null; 
/** Position of its placement in the fund's book. */
"position": number; 
/** What was reserved when it was placed. */
"amount": string; 
/** What was captured by transactions. */
"captured": string; 
/** What is still reserved. */
"remaining": string; 
/** The account's currency. ISO 4217. */
"currency": string; 
/** ACTIVE reserves `remaining`; the others reserve nothing. */
"status": "ACTIVE" | "CAPTURED" | "VOIDED" | "EXPIRED"; 
/** What it is for. */
"description": string; 
/** Reference of the client. */
"reference": string | null; 
/** Data of the client. */
"metadata": Record<string, unknown>; 
/** When the ledger recorded it. UTC, RFC 3339. */
"placedAt": string; "expiresAt": string | null; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; 
/** Only with `expand`: what contraAccountId names. */
"contraAccount"?: Account | null; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** The hold after the capture, and the transaction that captured it. */
export type HoldCapture = { "hold": Hold; "transaction": Transaction; };

/** One page of holds. */
export type HoldPage = { 
/** Holds. */
"items": Array<Hold>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** The units of a class that an investor holds. */
export type Holding = { 
/** The account that keeps the units. */
"accountId": string; 
/** The investor. */
"investorId": string; 
/** The share class. */
"classId": string; 
/** ISIN of the class. */
"isin": string; 
/** The class's currency. ISO 4217. */
"currency": string; 
/** Units. */
"units": string; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; 
/** Only with `expand`: what classId names. */
"shareClass"?: ShareClass | null; 
/** Only with `expand`: what investorId names. */
"investor"?: Investor | null; };

/** One page of holdings. */
export type HoldingPage = { 
/** Holdings. */
"items": Array<Holding>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** Indicators over a page of an instrument's bars. */
export type Indicators = { 
/** The instrument. */
"instrumentId": string; 
/** Currency of the prices: its own, or the reader's. ISO 4217. */
"currency": string; 
/** How the prices were converted; null in their own currency. */
"conversion": { 
/** Symbols of the currency pairs used. */
"pairs": Array<string>; "rateDate": string | null; 
/** Bars left out for want of a rate. */
"withoutRate": number; 
/** Why nothing was converted. */
"unavailable": string | null; } | null; 
/** The bars, oldest first. */
"times": Array<string>; 
/** In the order of the request. */
"series": Array<{ 
/** Which indicator. */
"kind": string; 
/** The parameters that were used, defaults included. */
"parameters": Array<{ "name": string; "value": string; }>; 
/** Bars before the first one with a value. */
"warmUp": number; 
/** Its lines. */
"outputs": Array<{ 
/** Its name, such as value, signal or upper. */
"name": string; 
/** What its values are counted in. RATIO: 0.25 is 25 %. */
"unit": "PRICE" | "PERCENT" | "RATIO" | "INDEX" | "VOLUME"; 
/** One for each of the times; null in the warm-up. */
"values": Array<number | null>; }>; }>; 
/** What was done at gaps. */
"gapPolicy": "CONTINUE" | "RESTART"; 
/** The first 100 gaps of the whole history. */
"gaps": Array<{ 
/** The last bar before it. UTC, RFC 3339. */
"from": string; 
/** The first bar behind it. UTC, RFC 3339. */
"to": string; 
/** Bars that the calendar expects in between. */
"missing": number; }>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** Where the price of an instrument may go. */
export type InstrumentPredictions = { 
/** The instrument. */
"instrumentId": string; "direction": MarketDirection; };

/** An investor of the tenant with the personal data. */
export type Investor = { 
/** The investor. */
"id": string; 
/** The client's reference, unique in the tenant. */
"reference": string; 
/** A person or a legal entity. */
"kind": "PERSON" | "LEGAL_ENTITY"; 
/** Country of taxation, ISO 3166-1 alpha-2. */
"taxCountry": string; 
/** Today; a clearance ends with its last day. */
"kycState": "PENDING" | "CLEARED" | "EXPIRED" | "BLOCKED"; "kycUntil": string | null; 
/** Whether its personal data were erased. */
"isErased": boolean; 
/** Name; null once erased. */
"name": string | null; 
/** Postal address; null once erased. */
"address": string | null; "dateOfBirth": string | null; 
/** Tax number; null once erased. */
"taxNumber": string | null; 
/** IBAN of the bank account; null once erased. */
"bankAccount": string | null; 
/** Address of email; null once erased. */
"email": string | null; };

/** One page of investors. */
export type InvestorPage = { 
/** Investors. */
"items": Array<Investor>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** What an investor holds and ordered. */
export type InvestorStatement = { 
/** The investor. */
"investorId": string; 
/** Reference of the investor. */
"reference": string; 
/** Units by class. */
"holdings": Array<StatementHolding>; 
/** Orders, the last received first. */
"orders": Array<StatementOrder>; 
/** Whether units are held, and orders were placed or wait, as sentences. */
"notes": Array<string>; 
/** Pass as `after` for the next page of orders; null on the last one. */
"nextCursor": string | null; 
/** Only with `expand`: what investorId names. */
"investor"?: Investor | null; };

/** A line of the statement of an investor's account of a class. */
export type InvestorStatementLine = { 
/** The account that keeps the units. */
"accountId": string; 
/** The investor. */
"investorId": string; 
/** Reference of the investor. */
"reference": string; 
/** The share class. */
"classId": string; 
/** ISIN of the class. */
"isin": string; 
/** What was held before the first day, a change, an order that moved no units, or what is held in the end. */
"kind": "OPENING" | "MOVEMENT" | "ORDER" | "CLOSING"; 
/** Value date; of the opening the day before the first one, of the closing the last, of an order its dealing date. */
"date": string; 
/** Of a movement: what was posted. Of an order: what was ordered. */
"description": string | null; "units": string | null; 
/** Units held behind it. */
"balance": string; "price": string | null; "navDate": string | null; 
/** The class's currency. ISO 4217. */
"currency": string; "amount": string | null; "charge": string | null; 
/** Why opening or closing have no worth, or an order moved no units. */
"reason": "NO_NAV" | "WAITS_FOR_NAV" | "WAITS_FOR_APPROVAL" | "CLASS_SUSPENDED" | "CANCELLED" | "REJECTED" | null; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; 
/** Only with `expand`: what classId names. */
"shareClass"?: ShareClass | null; 
/** Only with `expand`: what investorId names. */
"investor"?: Investor | null; };

/** One page of lines. */
export type InvestorStatementPage = { 
/** Lines. */
"items": Array<InvestorStatementLine>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** Work that outlives its request. It is kept for 30 days. */
export type Job = { 
/** The job. */
"id": string; 
/** What kind of work it is, such as `verification`. */
"kind": string; 
/** Where it is. The last three are final. */
"state": "WAITING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED"; 
/** How far it is, in units of its kind; a second old at most. */
"progress": { 
/** Units that are done. */
"done": number; 
/** Units in all; 0 until that is known. */
"total": number; }; 
/** Of a FAILED job: why. */
"error": { "code": string; "message": string; } | null; 
/** Id of the user or API client. */
"requestedBy": string; 
/** When it was requested. UTC, RFC 3339. */
"requestedAt": string; "startedAt": string | null; "finishedAt": string | null; 
/** What came of it, by its kind; null before there is something to show. */
"result": Record<string, unknown> | null; };

/** One entry with its transaction and its account. */
export type LedgerEntry = { 
/** The transaction's id and the leg, counted from 1. */
"id": string; 
/** The transaction that it is a leg of. */
"transactionId": string; 
/** The fund whose book it is in. */
"fundId": string; 
/** Place of the transaction in the fund's book. */
"position": number; 
/** Value date. */
"effectiveDate": string; 
/** When the ledger recorded it. UTC, RFC 3339. */
"recordedAt": string; 
/** What the transaction was for. */
"description": string; 
/** Reference of the client or the bank. */
"reference": string | null; 
/** The account. */
"accountId": string; 
/** Code of the account in its fund. */
"accountCode": string; 
/** Name of the account. */
"accountName": string; 
/** Side of the account that the entry is on. */
"side": "DEBIT" | "CREDIT"; 
/** Amount in the account's currency, always positive. */
"amount": string; 
/** The account's currency. ISO 4217. */
"currency": string; 
/** Running balance: right after this entry, on the normal side. */
"balanceAfter": string; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; 
/** Only with `expand`: what transactionId names. */
"transaction"?: Transaction | null; };

/** One page of entries. */
export type LedgerPage = { 
/** Entries. */
"items": Array<LedgerEntry>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** A stored journal transaction with its reversals, to which more may be added. */
export type LinkedTransaction = { 
/** The transaction. */
"id": string; 
/** The fund whose book holds it. */
"fundId": string; 
/** Its place in the fund's book, gap-free from 1. */
"position": number; 
/** Value date. */
"effectiveDate": string; 
/** When the ledger recorded it. UTC, RFC 3339. */
"recordedAt": string; 
/** What it was for. */
"description": string; 
/** Reference of the client or the bank. */
"reference": string | null; 
/** Data of the client. */
"metadata": Record<string, unknown>; 
/** The rates at which it exchanges currencies, where they were given. */
"fx": Array<{ 
/** Currency of which one unit is priced. ISO 4217. */
"base": string; 
/** Currency of the price. ISO 4217. */
"quote": string; 
/** Units of quote for one of base, as it was given. */
"rate": string; 
/** What was exchanged of base. */
"baseAmount": string; 
/** What was exchanged of quote. */
"quoteAmount": string; }>; 
/** Its legs, debits and credits in balance. */
"entries": Array<{ 
/** The transaction's id and the leg, counted from 1. */
"id": string; 
/** The account. */
"accountId": string; 
/** Code of the account in its fund. */
"accountCode": string; 
/** Side of the account that the entry is on. */
"side": "DEBIT" | "CREDIT"; 
/** Amount in the account's currency, always positive. */
"amount": string; 
/** The account's currency. ISO 4217. */
"currency": string; 
/** Balance of the account right after this entry, on its normal side. */
"balanceAfter": string; 
/** Its values of dimensions, by name. */
"dimensions": Array<{ 
/** Name of the dimension. */
"dimension": string; 
/** The value; the id of a counterparty. */
"value": string; }>; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; }>; "reverses": string | null; 
/** The transactions that reverse this one, oldest first. */
"reversedBy": Array<string>; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** Part of a position that was opened at once. */
export type Lot = { 
/** The trade that opened it; of a pool the first. */
"id": string; 
/** Whether it is held or owed. */
"side": "LONG" | "SHORT"; 
/** Trade date on which it was opened. */
"openedOn": string; 
/** Units, above zero. */
"quantity": string; 
/** What it cost, in the currency of the security. */
"cost": string; 
/** The same in the fund's base currency, at historic rates. */
"baseCost": string; };

/** Whether a price will be higher after a horizon. */
export type MarketDirection = { 
/** How far ahead. */
"horizon": "DAY" | "WEEK" | "MONTH"; "asOf": string | null; 
/** EDGE: the back-test was better than the base rate by a margin. NO_EDGE: it was not. UNAVAILABLE: too few prices. */
"verdict": "EDGE" | "NO_EDGE" | "UNAVAILABLE"; "probability": number | null; "baseRate": number | null; 
/** One sentence for a person. */
"message": string; 
/** The method. */
"method": string; "backTest": { 
/** Folds of the walk forward. */
"folds": number; 
/** Days predicted. */
"predictions": number; 
/** Brier score; a coin has 0.25. */
"brier": number; 
/** Brier score of the base rate. */
"brierBaseRate": number; 
/** The difference of the two. */
"gain": number; 
/** Its standard error. */
"gainError": number; 
/** Mean logarithmic loss in nats. */
"logLoss": number; 
/** The same of the base rate. */
"logLossBaseRate": number; 
/** Share of predictions on the right side of one half. */
"accuracy": number; 
/** The same of the base rate. */
"accuracyBaseRate": number; 
/** Mean distance of probabilities from the share of rises. */
"calibrationError": number; } | null; };

/** A metric with its date, method and inputs. */
export type Metric = { 
/** Stable name, such as netAssetValue. */
"name": string; 
/** The value, unless it is money. */
"value": number | null; 
/** The value when it is money. */
"money": Money | null; 
/** Unit of the value. RATIO: 0.25 is 25 %; MONTHS are of 30 days. */
"unit": "MONEY" | "RATIO" | "PERCENT" | "COUNT" | "MONTHS"; 
/** The last day that it takes into account. */
"asOf": string; 
/** How it is defined. */
"method": string; 
/** What it was computed from. */
"inputs": Array<{ "name": string; "value": string; }>; 
/** Why there is no value; then value and money are null. */
"unavailable": string | null; };

/** The metrics of a fund, an account or an instrument. */
export type Metrics = { 
/** The fund, when the request names one. */
"fundId"?: string; 
/** The account, when the request names one. */
"accountId"?: string; 
/** The instrument, when the request names one. */
"instrumentId"?: string; "asOf": string | null; 
/** Book position that the metrics include; null for an instrument. */
"position": number | null; 
/** Currency of the metrics: the subject's, or the reader's. ISO 4217. */
"currency": string; 
/** The metrics. */
"metrics": Array<Metric>; };

/** An amount of money. */
export type Money = { 
/** Exact decimal amount with the currency's own number of decimals. */
"amount": string; 
/** Its currency. ISO 4217. */
"currency": string; };

/** Where a posted line of a statement belongs. */
export type MovedLine = { 
/** The account on the other side, in the currency of the bank's. */
"accountId": string; 
/** Values of dimensions that the entry on it has, one of each. */
"dimensions"?: Array<{ 
/** Name of the dimension. */
"dimension": string; 
/** Its value. */
"value": string; }>; 
/** Puts a rule before those of the account: later lines go there, too. */
"rule"?: { 
/** Any of these words, in the text or the other party's name. */
"contains": Array<string>; }; };

/** A published NAV of a share class. */
export type Nav = { 
/** The share class. */
"classId": string; 
/** ISIN of the class. */
"isin": string; 
/** The day it is for. */
"navDate": string; "navPerUnit": string | null; 
/** Currency of the class. ISO 4217. */
"currency": string; 
/** Units in issue before the dealing of that day. */
"units": string; 
/** Net assets of the class in its currency. */
"netAssets": string; 
/** Position of the event that published it. */
"position": number; 
/** The valuation behind it. */
"valuationId": string; 
/** Only with `expand`: what classId names. */
"shareClass"?: ShareClass | null; };

/** One page of NAVs. */
export type NavPage = { 
/** NAVs. */
"items": Array<Nav>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** A rate to record. */
export type NewExchangeRate = { 
/** The day it is for. */
"date": string; 
/** Currency of which one unit is meant. ISO 4217. */
"base": string; 
/** Currency in which that unit is quoted. ISO 4217. */
"quote": string; 
/** Who gave it, 1 to 40 characters: `ECB`. */
"source": string; 
/** Units of `quote` for one of `base`, as quoted. A decimal string, never a JSON number, no exponent. */
"rate": string; };

/** Exchange rates to record together. */
export type NewExchangeRates = { 
/** All are recorded or none. */
"rates": Array<NewExchangeRate>; };

/** A part of an account's balance to reserve. */
export type NewHold = { 
/** UUID of the hold; made by the ledger when absent. */
"id"?: string; 
/** The account whose balance is reserved. */
"accountId": string; 
/** Positive amount in the account's currency. A decimal string, never a JSON number, no exponent. */
"amount": string; 
/** The account that receives captures by default. */
"contraAccountId"?: string; 
/** What it is for. */
"description": string; 
/** Your reference. */
"reference"?: string | null; 
/** Data of your own: JSON, at most 16,384 characters. */
"metadata"?: Record<string, unknown>; 
/** When it expires; never when absent. UTC, RFC 3339; lies ahead. */
"expiresAt"?: string; };

/** A piece of news about a fund or an instrument. */
export type NewNews = { 
/** The fund; either it or the instrument. */
"fundId"?: string; 
/** The instrument; either it or the fund. */
"instrumentId"?: string; 
/** Headline, 1 to 300 characters. */
"headline": string; 
/** Text below the headline, at most 20,000 characters. */
"body"?: string; 
/** When it was published. UTC, RFC 3339. */
"publishedAt": string; 
/** Who published it, 1 to 100 characters. */
"source": string; 
/** Its address, with http or https. */
"url"?: string; };

/** An order of an investor; an amount or units. */
export type NewOrder = { 
/** UUID of the order; made by the ledger when absent. */
"id"?: string; 
/** What is ordered. */
"kind": "SUBSCRIPTION" | "REDEMPTION" | "SWITCH" | "TRANSFER"; 
/** The share class it is of, or out of. */
"classId": string; 
/** The investor; the giver of a transfer. */
"investorId": string; 
/** Of a SWITCH: the class it goes into. */
"toClassId"?: string; 
/** Of a TRANSFER: who receives the units. */
"toInvestorId"?: string; 
/** In the class's currency; this or `units`. A decimal string, never a JSON number, no exponent. */
"amount"?: string; 
/** With the decimals of the class; this or `amount`. A decimal string, never a JSON number, no exponent. */
"units"?: string; 
/** Rate agreed on for this order; the class's when absent. A decimal string, never a JSON number, no exponent. */
"chargeRate"?: string; 
/** When it was received, in the past; now when absent. Needs investors:write. */
"receivedAt"?: string; 
/** Your reference. */
"reference"?: string | null; };

/** Orders to place together. */
export type NewOrders = { 
/** The orders. */
"orders": Array<NewOrder>; 
/** ATOMIC places all or none, INDEPENDENT what it can. */
"mode"?: "ATOMIC" | "INDEPENDENT"; };

/** The price of a security on a day. */
export type NewSecurityPrice = { 
/** ISIN of the security. */
"isin": string; 
/** The day it is for. */
"date": string; 
/** Its currency. ISO 4217. */
"currency": string; 
/** What it is. */
"kind": "LAST" | "BID" | "MID" | "NOMINAL_PERCENT"; 
/** Who gave it, 1 to 40 characters: `ECB`. */
"source": string; 
/** Currency units of one unit, or percent of the nominal, zero or more. A decimal string, never a JSON number, no exponent. */
"price": string; };

/** Prices to record together. */
export type NewSecurityPrices = { 
/** The one fund they are for; every fund when absent. */
"fundId"?: string; 
/** All are recorded or none. */
"prices": Array<NewSecurityPrice>; };

/** What to simulate. */
export type NewSimulation = { 
/** All with a history: instruments of the simulation's currency, and one fund and its accounts; or all without. */
"assets": Array<SimulatedAsset>; 
/** Of the assets' log returns, one row an asset. Only without histories. */
"correlations"?: Array<Array<number>>; 
/** How returns are drawn; a bootstrap needs histories. */
"method"?: "GBM" | "BOOTSTRAP" | "BLOCK_BOOTSTRAP"; 
/** Only of BLOCK_BOOTSTRAP: the mean number of steps of a block. */
"meanBlock"?: number; 
/** The step. */
"step"?: "DAY" | "WEEK" | "MONTH"; 
/** Number of steps. */
"horizon": number; 
/** Number of paths. */
"paths"?: number; 
/** The same seed, input and prices give the same result. */
"seed"?: number; 
/** The value at the beginning. A decimal string, never a JSON number, no exponent. */
"initialValue": string; 
/** Currency of all amounts. ISO 4217. */
"currency": string; 
/** After how many steps the weights are restored; 0 for never. */
"rebalanceEvery"?: number; 
/** Share of the value that a year costs. */
"yearlyFee"?: number; 
/** What is paid in and out. */
"plan"?: Array<PlannedFlow>; 
/** The value whose probability at the horizon is wanted. A decimal string, never a JSON number, no exponent. */
"goal"?: string; };

/** A bank's file to import. */
export type NewStatement = { 
/** UUID of the statement; a repeat with the same is the same import. */
"id"?: string; 
/** The bank account. */
"accountId": string; 
/** Format of the file; detected when absent. */
"format"?: "ABO" | "BAI2" | "CAMT_052" | "CAMT_053" | "CAMT_054" | "CFONB_120" | "CODA" | "CSV" | "MT940" | "MT942" | "OFX" | "QIF" | "XLSX"; 
/** The file as text; this or `contentBase64`. */
"content"?: string; 
/** The bytes of the file in Base64. */
"contentBase64"?: string; "csv"?: CsvMapping; 
/** Of the statement to import, where the file has several. */
"iban"?: string; 
/** Where lines go; the rules kept for the account when absent. */
"rules"?: Array<StatementRule>; 
/** Lines that belong to several accounts, each once; they win over rules. */
"splits"?: Array<StatementLineSplit>; 
/** Where receipts go that no rule fits. */
"receiptsAccountId"?: string; 
/** Where payments go that no rule fits. */
"paymentsAccountId"?: string; 
/** The IBAN of the file belongs to this account from now on. */
"takesOverIban"?: boolean; 
/** Whether postings that no statement brought make lines possible duplicates. */
"comparesPostings"?: boolean; 
/** Post also what may be in the books in another form. */
"postPossibleDuplicates"?: boolean; };

/** A trade to record. */
export type NewTrade = { 
/** UUID of the trade; made by the ledger when absent. */
"id"?: string; 
/** ISIN of a security that the tenant described. */
"isin": string; 
/** Whether it buys or sells. */
"side": "BUY" | "SELL"; 
/** Trade date. */
"tradeDate": string; 
/** Day on which cash is due. */
"settlementDate": string; 
/** Local time of execution, HH:MM:SS; orders the trades of a day. */
"time"?: string; 
/** Which units it counts on a day of a corporate action. */
"unitsBasis"?: "NEW" | "OLD"; 
/** Units, above zero; of a bond its nominal. A decimal string, never a JSON number, no exponent. */
"quantity": string; 
/** Of one unit in the currency of the security; of a bond percent. A decimal string, never a JSON number, no exponent. */
"price": string; 
/** As executed, without costs and interest; quantity x price when absent. A decimal string, never a JSON number, no exponent. */
"gross"?: string; 
/** Transaction costs; none when absent. A decimal string, never a JSON number, no exponent. */
"costs"?: string; 
/** Accrued interest; by the bond's terms when absent. A decimal string, never a JSON number, no exponent. */
"accrued"?: string; 
/** Units of the currency for one of the fund's base currency; the newest of the trade date when absent. A decimal string, never a JSON number, no exponent. */
"exchangeRate"?: string; 
/** Instead of `exchangeRate`: units of the currency for `ratePer` of base. A decimal string, never a JSON number, no exponent. */
"rateUnits"?: string; 
/** Goes with `rateUnits`. A decimal string, never a JSON number, no exponent. */
"ratePer"?: string; 
/** Your reference. */
"reference"?: string | null; 
/** Which lots it closes, where the lot method is SPECIFIC. */
"lots"?: Array<{ 
/** The lot. */
"lotId": string; 
/** Units of it. A decimal string, never a JSON number, no exponent. */
"quantity": string; }>; };

/** Trades to record together. */
export type NewTrades = { 
/** The fund, which has terms on each trade date. */
"fundId": string; 
/** All are recorded or none. */
"trades": Array<NewTrade>; };

/** A journal transaction to post. */
export type NewTransaction = { 
/** UUID of the transaction; made by the ledger when absent. */
"id"?: string; 
/** The fund in whose book it is posted. */
"fundId": string; 
/** Value date. */
"effectiveDate": string; 
/** What it is for. */
"description": string; 
/** Your reference. */
"reference"?: string | null; 
/** Data of your own: JSON, at most 16,384 characters. */
"metadata"?: Record<string, unknown>; 
/** Debits and credits; in each currency they must be equal. */
"entries": Array<{ 
/** An account of the fund. */
"accountId": string; 
/** Side of the account that the entry is on. */
"side": "DEBIT" | "CREDIT"; 
/** Positive amount in the account's currency. A decimal string, never a JSON number, no exponent. */
"amount": string; 
/** The account's currency; refused when it is another. ISO 4217. */
"currency"?: string; 
/** Its values of dimensions, such as a cost centre; one of each. */
"dimensions"?: Array<{ 
/** Name of the dimension; `counterparty` for those of the fund. */
"dimension": string; 
/** One of its values; the id of a counterparty. */
"value": string; }>; }>; 
/** True when a value date far from today is meant; it is refused without. */
"confirmFarValueDate"?: boolean; 
/** Of an accrual: a later value date, on which it is reversed by itself. */
"reversesOn"?: string; 
/** Rates at which it exchanges currencies; they are recorded with it, and its amounts must agree with them to one minor unit. */
"fx"?: Array<{ 
/** Currency of which one unit is priced. ISO 4217. */
"base": string; 
/** Currency of the price. ISO 4217. */
"quote": string; 
/** Units of quote for one of base; its decimals are kept. A decimal string, never a JSON number, no exponent. */
"rate": string; 
/** What was exchanged of base; all its debits when absent. A decimal string, never a JSON number, no exponent. */
"baseAmount"?: string; 
/** What was exchanged of quote; all its debits when absent. A decimal string, never a JSON number, no exponent. */
"quoteAmount"?: string; }>; };

/** Several journal transactions to post together. */
export type NewTransactions = { 
/** The transactions, posted in this order. */
"transactions": Array<NewTransaction>; 
/** ATOMIC: all or none. INDEPENDENT: each on its own. */
"mode"?: "ATOMIC" | "INDEPENDENT"; };

/** A fund to value, and the day its NAV is for. */
export type NewValuation = { 
/** UUID of the valuation; made by the ledger when absent. */
"id"?: string; 
/** The fund, which has terms on the NAV date. */
"fundId": string; 
/** After the last published NAV. */
"navDate": string; };

/** What a webhook delivers, and where to. */
export type NewWebhook = { 
/** UUID of the webhook; made of the Idempotency-Key, or anew, when absent. */
"id"?: string; 
/** Where messages are posted to: https, without credentials, at a public address; `http` and private networks only where the operator allows them. */
"url": string; 
/** What it is for, up to 200 characters. */
"description"?: string; 
/** Types of events that are sent; null for every type. */
"eventTypes"?: Array<"FundOpened" | "AccountOpened" | "AccountRenamed" | "AccountClassified" | "AccountFloorSet" | "AccountFrozen" | "AccountUnfrozen" | "AccountClosed" | "PeriodClosed" | "PeriodReopened" | "TransactionPosted" | "HoldPlaced" | "HoldCaptured" | "HoldVoided" | "HoldExpired" | "ApprovalLimitSet" | "SecuritiesRegistered" | "PricesRecorded" | "ExchangeRatesRecorded" | "TradeRecorded" | "TradeSettled" | "TradeFailed" | "TradeCancelled" | "CurrencyTradeRecorded" | "CurrencyTradeSettled" | "CurrencyTradeCancelled" | "LotsReplayed" | "CorporateActionRecorded" | "CorporateActionPaid" | "CorporateActionCancelled" | "CounterpartySet" | "DimensionSet" | "DimensionValuesSet" | "JournalTemplateSet" | "JournalRunSkipped" | "ValueDateLimitsSet" | "FileAttached" | "CommentAdded" | "StatementReceived" | "StatementLinesRead" | "StatementImported" | "StatementUndone" | "StatementLineConfirmed" | "StatementLineRejected" | "TransactionProposed" | "ChangeProposed" | "ImportRulesSet" | "ApprovalRefused" | "ApprovalGiven" | "LinesMatched" | "LinesUnmatched" | "ReconcilingItemUpdated" | "ProposalApproved" | "ProposalRejected" | "ProposalWithdrawn" | "FundTermsSet" | "ShareClassOpened" | "ShareClassTermsSet" | "ShareClassStateSet" | "NavCalculated" | "NavPublished" | "NavDiscarded" | "InvestorsRegistered" | "KycStateSet" | "InvestorErased" | "InvestorAccountOpened" | "OrderPlaced" | "OrderApproved" | "OrderApprovalGiven" | "OrderApprovalRefused" | "OrderRejected" | "OrderCancelled" | "OrderDeferred" | "OrderDealt" | "OrderSettled" | "WebhookDisabled"> | null; 
/** Funds whose events are sent; null for every fund and the tenant's own book, which needs a grant for every fund. */
"fundIds"?: Array<string> | null; 
/** Whether messages have texts and parties (description, reference, metadata, counterparty, IBAN), which may name persons. Needs investors:read. */
"personalData"?: boolean; 
/** Cursor of the graph's `ledgerEvents` behind which to begin; now when absent. */
"after"?: string; };

/** A piece of news, with its tone. */
export type NewsItem = { 
/** The item. */
"id": string; 
/** Headline, 1 to 300 characters. */
"headline": string; 
/** Text below the headline, at most 20,000 characters. */
"body": string | null; 
/** When it was published. UTC, RFC 3339. */
"publishedAt": string; 
/** Who published it, 1 to 100 characters. */
"source": string; 
/** Its address, with http or https. */
"url": string | null; 
/** The tone of the headline, or of the text when the headline has none. */
"sentiment": Sentiment; };

/** One page of news. */
export type NewsPage = { 
/** News. */
"items": Array<NewsItem>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** The tone of news by day, oldest first. */
export type NewsSentiment = { "days": Array<{ 
/** UTC day that has news. */
"date": string; 
/** Number of items. */
"count": number; 
/** Mean of their scores, -1 (bad) to 1 (good). */
"meanScore": number; }>; };

/** An order of an investor, dealt at a later NAV. */
export type Order = { 
/** The order. */
"id": string; 
/** The fund whose class is ordered. */
"fundId": string; 
/** The share class. */
"classId": string; 
/** ISIN of the class. */
"isin": string; 
/** Reference of the investor. */
"investor": string; 
/** The investor. */
"investorId": string; 
/** What is ordered. */
"kind": "SUBSCRIPTION" | "REDEMPTION" | "SWITCH" | "TRANSFER"; 
/** Of a switch: which leg it is. */
"leg": "OUT" | "IN" | null; "linkedOrderId": string | null; 
/** Of a switch's leg that goes out: ISIN of the class it goes into. */
"toIsin": string | null; 
/** Of a transfer: reference of who receives the units. */
"toInvestor": string | null; "toInvestorId": string | null; 
/** How far it is. */
"state": "WAITING_APPROVAL" | "ACCEPTED" | "DEFERRED" | "DEALT" | "PARTLY_SETTLED" | "SETTLED" | "CANCELLED" | "REJECTED"; 
/** Code of the gate that rejected it. */
"code": string | null; 
/** Why it was rejected or cancelled. */
"reason": string | null; 
/** The class's currency. ISO 4217. */
"currency": string; "amount": string | null; "units": string | null; 
/** Units that it reserves while it waits. */
"heldUnits": string; "chargeRate": string | null; 
/** When it was received. UTC, RFC 3339. */
"receivedAt": string; 
/** Until then it can be cancelled. UTC, RFC 3339. */
"cutOffAt": string; 
/** The day whose NAV it gets. */
"dealingDate": string; 
/** When its money is due. */
"settlementDate": string; 
/** Reference of the client. */
"reference": string | null; "price": string | null; "dealtUnits": string | null; "dealtAmount": string | null; "charge": string | null; 
/** Money that moved so far. */
"settled": string; "open": string | null; 
/** Whether money is open after the settlement date. */
"isLate": boolean; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; 
/** Only with `expand`: what classId names. */
"shareClass"?: ShareClass | null; };

/** Why an order is taken back. */
export type OrderCancellation = { 
/** Why. */
"reason": string; };

/** One page of orders. */
export type OrderPage = { 
/** Orders. */
"items": Array<Order>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** What became of the orders of a bulk. */
export type OrderResults = { 
/** One for each order, in order. */
"results": Array<{ 
/** Place in the request, from 0. */
"index": number; "order": Order | null; "error": { "code": string; "message": string; } | null; }>; };

/** Days of a fund whose books are, or were, closed. */
export type Period = { 
/** The period. */
"id": string; 
/** The fund whose books they are. */
"fundId": string; "from": string | null; 
/** Last day. */
"to": string; 
/** When it was closed. UTC, RFC 3339. */
"closedAt": string; "reopenedAt": string | null; 
/** Why it was reopened. */
"reopenReason": string | null; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** Days whose books to close. */
export type PeriodClosing = { 
/** The fund. */
"fundId": string; 
/** First day; when absent the day after the last closed one, or all days when none was closed. */
"from"?: string; 
/** Last day. */
"to": string; };

/** One page of periods. */
export type PeriodPage = { 
/** Periods. */
"items": Array<Period>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** Why a closed period is reopened. */
export type PeriodReopening = { 
/** The fund. */
"fundId": string; 
/** Why. */
"reason": string; };

/** A contribution, withdrawal or fee of a plan. */
export type PlannedFlow = { 
/** What it is. */
"kind": "CONTRIBUTION" | "WITHDRAWAL" | "FEE"; 
/** The amount each time, when it has no rate. A decimal string, never a JSON number, no exponent. */
"amount"?: string; 
/** Share of the value just before, when it has no amount. */
"rate"?: number; 
/** Due every so many steps. */
"everySteps"?: number; 
/** The first step it is due at. */
"firstStep"?: number; 
/** The last step; the horizon when absent. */
"lastStep"?: number; 
/** By which share the amount grows a year. */
"yearlyIncrease"?: number; };

/** An instrument or a fund of a portfolio. */
export type PortfolioHolding = { 
/** The instrument; not with a fund. */
"instrumentId"?: string; 
/** The fund; not with an instrument. */
"fundId"?: string; 
/** Share of the portfolio's value; below zero it is sold short. Funds may all be without: then each weighs by its net assets. */
"weight"?: number; };

/** Risk of a portfolio as ratios of its value. */
export type PortfolioRisk = { 
/** Currency of all prices and valuations. ISO 4217. */
"currency": string; 
/** First day that all holdings have a value of. */
"from": string; 
/** Last day that all holdings have a value of. */
"to": string; 
/** Returns that the figures are of. */
"returns": number; 
/** Share of periods whose loss the value at risk covers, 0.5 to 0.9999. */
"level": number; 
/** HISTORICAL: past returns are the distribution. NORMAL: means and covariances of their sample. */
"model": "HISTORICAL" | "NORMAL"; "calendar": { 
/** How often the days come. */
"frequency": "HOURLY" | "DAILY" | "BUSINESS_DAILY" | "WEEKLY" | "MONTHLY" | "QUARTERLY" | "YEARLY" | "MINUTELY" | "IRREGULAR"; 
/** The first 100 gaps; returns over them are left out. */
"gaps": Array<{ 
/** The last day before it. */
"from": string; 
/** The first day behind it. */
"to": string; 
/** Days that the calendar expects in between. */
"missing": number; }>; }; 
/** Sample standard deviation of returns, per year. */
"volatility": number; 
/** Loss of one period not exceeded in `level` of them. */
"valueAtRisk": number; 
/** Mean loss of the periods at or beyond it. */
"expectedShortfall": number; 
/** What each holding brings; the parts add up to the totals. */
"contributions": Array<{ "instrumentId": string | null; "fundId": string | null; 
/** Share of the portfolio's value. */
"weight": number; 
/** Part of the volatility. */
"volatility": number; 
/** Part of the value at risk. */
"valueAtRisk": number; 
/** Part of the expected shortfall. */
"expectedShortfall": number; 
/** Volatility of the holding alone, per year. */
"ownVolatility": number; }>; };

/** What a fund holds of a security on a day. */
export type Position = { 
/** ISIN of the security. */
"isin": string; "asOf": string | null; 
/** Units held, less those sold short. */
"quantity": string; 
/** Currency of the security. ISO 4217. */
"currency": string; 
/** Cost of the lots held, less what those sold short brought. */
"cost": string; 
/** Its lots in the order they were opened; not in CSV. */
"lots": Array<Lot>; };

/** One page of positions. */
export type PositionPage = { 
/** Positions. */
"items": Array<Position>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** What became of a piece of news. */
export type PostedNews = { 
/** The new item, or the one there was. */
"item": NewsItem; 
/** The same story was there: nothing was stored. */
"duplicate": boolean; };

/** Categories to confirm and cash flows to expect. */
export type Predictions = { 
/** The fund. */
"fundId": string; 
/** Position of the book that the predictions are based on. */
"position": number; 
/** Categories that wait for confirmation, newest first. */
"awaitingReview": { "items": Array<{ 
/** The transaction. */
"transactionId": string; 
/** Its value date. */
"effectiveDate": string; 
/** Its description. */
"description": string; "category": Category; }>; 
/** Pass as `after` for more. */
"nextCursor": string | null; }; 
/** The next payment of each series that repeats, soonest first. */
"expectedCashFlows": Array<{ 
/** Id of the series. */
"id": string; 
/** EXPECTED: the next payment is to come. OVERDUE: one date has passed without it. MISSED: two have. */
"state": "EXPECTED" | "OVERDUE" | "MISSED" | "STOPPED"; 
/** The next date, never in the past. */
"date": string; 
/** Earliest day, by how early payments of the series came. */
"earliestDate": string; 
/** Latest day, by how late they came. */
"latestDate": string; "overdueSince": string | null; 
/** Dates that have passed without a payment. */
"missed": number; 
/** IN: the fund receives; OUT: it pays. */
"direction": "IN" | "OUT"; "amount": Money; "lowAmount": Money; "highAmount": Money; 
/** Growth of the amount per period in percent; null without a trend. */
"growthPercent": number | null; 
/** The latest lasting change of the amount, if there was one. */
"amountChange": { "from": Money; "to": Money; 
/** The change in percent of the amount before. */
"percent": number; 
/** As a sentence: `price rose 30 %`. */
"message": string; 
/** Date of the first payment of the new amount. */
"since": string; } | null; 
/** How often it has repeated; DAYS: every so many other days; MONTH_DAYS: on three or four days of each month. */
"recurrence": "WEEKLY" | "BIWEEKLY" | "FOUR_WEEKLY" | "DAYS" | "SEMI_MONTHLY" | "MONTH_DAYS" | "MONTHLY" | "BIMONTHLY" | "QUARTERLY" | "HALF_YEARLY" | "YEARLY"; 
/** Days from one date to the next; null where it follows the months. */
"everyDays": number | null; 
/** The rule its dates follow, as a phrase. */
"rule": string; 
/** Calendar of the business days in the rule. */
"calendar": "TARGET2" | "CH" | "DE" | "ES" | "FR" | "GB" | "IE" | "IL" | "LU" | "US" | "WEEKENDS"; 
/** The other side; null when the transactions do not name it. */
"counterparty": string | null; 
/** Description of the latest occurrence. */
"description": string; "category": { 
/** Code of the category. */
"code": string; 
/** Its name. */
"name": string; }; 
/** Share of back-tested predictions that were right. */
"confidence": number; 
/** What the confidence rests on. */
"backTest": { 
/** Past payments that were predicted, at most 12. */
"tests": number; 
/** Of those, right ones. */
"hits": number; }; 
/** The method that predicted it. */
"source": string; 
/** The latest past occurrences, oldest first: as many as `evidence`. */
"evidence": Array<{ 
/** The transaction. */
"transactionId": string; 
/** Its value date. */
"date": string; "amount": Money; }>; }>; };

/** A line of a file that was not imported. */
export type PreviewedLine = { 
/** Line in the file, from 1. */
"fileLine": number; 
/** Value date. */
"effectiveDate": string; 
/** Booking date. */
"bookingDate": string; 
/** Signed as the bank has it: positive came in. */
"amount": string; 
/** Of the amount. ISO 4217. */
"currency": string; 
/** Remittance text. */
"description": string; 
/** The other party. */
"counterparty": string | null; 
/** Reference of the bank or the client. */
"reference": string | null; 
/** Whether the books have it. */
"verdict": "NEW" | "DUPLICATE" | "POSSIBLE_DUPLICATE"; "earlierTransactionId": string | null; "contraAccountId": string | null; 
/** Of a line that `splits` names: its parts. */
"parts": Array<StatementLinePart>; };

/** A bank's file to read. */
export type PreviewedStatement = { 
/** The bank account. */
"accountId": string; 
/** Format of the file; detected when absent. */
"format"?: "ABO" | "BAI2" | "CAMT_052" | "CAMT_053" | "CAMT_054" | "CFONB_120" | "CODA" | "CSV" | "MT940" | "MT942" | "OFX" | "QIF" | "XLSX"; 
/** The file as text; this or `contentBase64`. */
"content"?: string; 
/** The bytes of the file in Base64. */
"contentBase64"?: string; "csv"?: CsvMapping; 
/** Of the statement to import, where the file has several. */
"iban"?: string; 
/** Where lines go; the rules kept for the account when absent. */
"rules"?: Array<StatementRule>; 
/** Lines that belong to several accounts, each once; they win over rules. */
"splits"?: Array<StatementLineSplit>; 
/** Where receipts go that no rule fits. */
"receiptsAccountId"?: string; 
/** Where payments go that no rule fits. */
"paymentsAccountId"?: string; 
/** The IBAN of the file belongs to this account from now on. */
"takesOverIban"?: boolean; 
/** Whether postings that no statement brought make lines possible duplicates. */
"comparesPostings"?: boolean; 
/** Post also what may be in the books in another form. */
"postPossibleDuplicates"?: boolean; 
/** Lines to leave out at the start. */
"skip"?: number; 
/** Lines to show. */
"first"?: number; };

/** Why a request was refused (RFC 9457). */
export type Problem = { 
/** Address of a page about the code. In version 2026-11-01: urn:allfunds:problem: and the code. */
"type": string; 
/** What the code means. */
"title": string; 
/** The HTTP status. */
"status": number; 
/** What was wrong this time, in a sentence. */
"detail": string; 
/** The path of the request. */
"instance": string; 
/** Stable code to act on. */
"code": "MALFORMED_REQUEST" | "MALFORMED_BODY" | "INVALID_INPUT" | "INVALID_AMOUNT" | "GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED" | "OPERATION_LIMIT_EXCEEDED" | "COST_LIMIT_EXCEEDED" | "OPERATION_NOT_FOUND" | "APPROVAL_REQUIRED" | "PERSISTED_QUERY_NOT_FOUND" | "UNAUTHENTICATED" | "STEP_UP_REQUIRED" | "FORBIDDEN" | "DELEGATION_REFUSED" | "OPERATION_NOT_TRUSTED" | "NOT_FOUND" | "FUND_NOT_FOUND" | "ACCOUNT_NOT_FOUND" | "TRANSACTION_NOT_FOUND" | "SECURITY_NOT_FOUND" | "TRADE_NOT_FOUND" | "CORPORATE_ACTION_NOT_FOUND" | "INSTRUMENT_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "NOT_ACCEPTABLE" | "HOLD_NOT_FOUND" | "PERIOD_NOT_FOUND" | "PROPOSAL_NOT_FOUND" | "INVESTOR_NOT_FOUND" | "ORDER_NOT_FOUND" | "SHARE_CLASS_NOT_FOUND" | "ALREADY_EXISTS" | "IDEMPOTENCY_CONFLICT" | "IDEMPOTENCY_KEY_IN_USE" | "HOLD_NOT_ACTIVE" | "TRADE_STATE" | "APPROVAL_LIMIT_CHANGED" | "PROPOSAL_NOT_WAITING" | "CURSOR_OF_ANOTHER_LOG" | "ALREADY_REVERSED" | "ALREADY_MATCHED" | "REQUEST_TIMEOUT" | "EXPECTATION_FAILED" | "VERSION_CONFLICT" | "BODY_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "LEDGER_UNBALANCED" | "CURRENCY_MISMATCH" | "INSUFFICIENT_FUNDS" | "HOLD_EXCEEDED" | "PROPOSAL_EXCEEDED" | "REVERSAL_EXCEEDED" | "MATCH_UNBALANCED" | "ACCOUNT_FROZEN" | "ACCOUNT_CLOSED" | "ORDER_STATE" | "CUT_OFF_PASSED" | "KYC_REQUIRED" | "BELOW_MINIMUM" | "CLASS_NOT_OPEN" | "INSUFFICIENT_UNITS" | "ACCOUNT_MANAGED" | "ACCOUNT_NOT_EMPTY" | "POSTING_PERIOD_OPEN" | "POSTING_PERIOD_CLOSED" | "DIMENSION_REQUIRED" | "VALUE_DATE_FAR" | "NAV_CHECKS_OPEN" | "NAV_INPUTS_CHANGED" | "NAV_PUBLISHED" | "NAV_SAME_PERSON" | "VALUATION_NOT_FOUND" | "LOTS_EXCEEDED" | "PRICE_MISSING" | "RATE_MISSING" | "FX_RATE_MISMATCH" | "STATEMENT_INVALID" | "STATEMENT_AMBIGUOUS" | "FILE_NOT_FOUND" | "FILE_INVALID" | "BOOK_CORRUPT" | "BOOK_INVALID" | "BULK_REFUSED" | "INSUFFICIENT_DATA" | "RATE_LIMITED" | "HEADERS_TOO_LARGE" | "DELEGATION_UNSUPPORTED" | "INTERNAL_ERROR" | "CONSISTENCY_TIMEOUT" | "UPLOAD_OFFSET_MISMATCH" | "OVERLOADED" | "STORAGE_FULL" | "READ_ONLY" | "SUBSCRIPTION_OVERFLOW" | "UPSTREAM_INVALID" | "UPSTREAM_UNAVAILABLE" | "SHUTTING_DOWN" | "UPSTREAM_TIMEOUT"; 
/** Quote it to support: the log holds it. */
"traceId": string; 
/** Every fault of the input. */
"violations"?: Array<{ 
/** Where: `entries.0.amount`. */
"path": string; 
/** What is wrong there. */
"message": string; }>; };

/** A posting above the limit. A second approver decides. */
export type Proposal = { 
/** The proposal. */
"id": string; 
/** The fund in whose book it waits. */
"fundId": string; 
/** Its place in the fund's book. */
"position": number; 
/** The operation that was proposed. */
"kind": "POSTING" | "ADJUSTMENT" | "STATEMENT_LINE" | "REVERSAL" | "CAPTURE" | "TRADE" | "CORPORATE_ACTION"; 
/** Whether it waits, or how it was decided. */
"status": "WAITING" | "APPROVED" | "REJECTED" | "WITHDRAWN"; 
/** Who proposed it: the id of a user or API client. */
"maker": string; 
/** When it was proposed. UTC, RFC 3339. */
"proposedAt": string; 
/** Value date. */
"effectiveDate": string; 
/** What it is for. */
"description": string; 
/** Reference of the client or the bank. */
"reference": string | null; 
/** Its debits, by currency. */
"totals": Array<{ 
/** The sum of its debits. */
"amount": string; 
/** Currency of the sum. ISO 4217. */
"currency": string; "limit": string | null; }>; 
/** Its legs as they would have been posted when it was proposed. */
"entries": Array<{ "accountId": string | null; 
/** Code of the account in its fund. */
"accountCode": string | null; 
/** Side of the account that the entry is on. */
"side": "DEBIT" | "CREDIT"; 
/** Amount in the account's currency, always positive. */
"amount": string; 
/** The account's currency. ISO 4217. */
"currency": string; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; }>; 
/** Who decided; for WITHDRAWN the maker. Null while it waits. */
"decidedBy": string | null; "decidedAt": string | null; 
/** Why it was rejected. */
"reason": string | null; "transactionId": string | null; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; 
/** Only with `expand`: what transactionId names. */
"transaction"?: Transaction | null; };

/** One page of proposals. */
export type ProposalPage = { 
/** Proposals. */
"items": Array<Proposal>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** The books of an account beside its statements. */
export type Reconciliation = { 
/** The account. */
"accountId": string; 
/** Of every amount. ISO 4217. */
"currency": string; 
/** The day of the reconciliation. */
"asOf": string; "statementId": string | null; "statementDate": string | null; "statementBalance": string | null; 
/** Balance of the books up to that day, debits less credits. */
"bookBalance": string; "difference": string | null; "openingDifference": string | null; "unexplained": string | null; 
/** True when nothing is unexplained or open. */
"isReconciled": boolean; 
/** Lines without a match. */
"lineCount": number; 
/** Transactions without a match. */
"transactionCount": number; 
/** What stands alone, oldest first. */
"items": Array<ReconcilingItem>; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; };

/** What one side has and the other has not. */
export type ReconcilingItem = { 
/** Which side has it. */
"side": "BANK" | "BOOK"; "statementId": string | null; 
/** Of a line: its number in the statement. */
"line": number | null; "transactionId": string | null; 
/** Value date. */
"effectiveDate": string; 
/** Days from the value date to `asOf`. */
"ageDays": number; 
/** As the bank sees it: positive came in. */
"amount": string; 
/** Text. */
"description": string; 
/** Reference. */
"reference": string | null; 
/** The other party. */
"counterparty": string | null; 
/** Whether an approver has to decide on it. */
"awaitsApproval": boolean; 
/** Id of the user it is assigned to. */
"owner": string | null; 
/** What a person wrote about it. */
"explanation": string | null; 
/** Whether a person closed it. */
"isClosed": boolean; 
/** Only with `expand`: what transactionId names. */
"transaction"?: Transaction | null; };

/** Records that were stored together. */
export type RecordedBatch = { 
/** The batch. */
"batchId": string; 
/** How many records. */
"count": number; };

/** Trades that were recorded together. */
export type RecordedTrades = { 
/** In the order of the request. */
"trades": Array<Trade>; };

/** A posted line that rules would put elsewhere. */
export type RedirectedLine = { 
/** Its statement. */
"statementId": string; 
/** Number of the line in it, from 1. */
"number": number; 
/** Value date. */
"effectiveDate": string; 
/** Signed as the bank has it: positive came in. */
"amount": string; 
/** Of the amount. ISO 4217. */
"currency": string; 
/** Remittance text. */
"description": string; 
/** The other party. */
"counterparty": string | null; 
/** The account on its other side today. */
"fromAccountId": string; "toAccountId": string | null; };

/** Why a posting is rejected. */
export type Rejection = { 
/** Why. */
"reason": string; };

/** A report on a fund with all its accounts. */
export type Report = { 
/** Which report it is. */
"report": string; 
/** Position up to which the book was read. */
"knownAt": number; 
/** The accounts, by code. */
"lines": Array<ReportLine>; };

/** One account in a report. */
export type ReportLine = { 
/** With `dimension`: the value, null for what has none of it. */
"value"?: string | null; 
/** The account; its entries are at `/api/v1/ledger?accountId=`. */
"accountId": string; 
/** Code of the account. */
"code": string; 
/** Name of the account. */
"name": string; 
/** Kind of account. */
"type": "ASSET" | "LIABILITY" | "EQUITY" | "INCOME" | "EXPENSE"; 
/** Currency of the amounts. ISO 4217. */
"currency": string; "debit": string | null; "credit": string | null; 
/** On the account's normal side; of a cash flow, positive came in. */
"amount": string; 
/** Of a cash flow: the part of the statement; else null. */
"activity": "OPERATING" | "INVESTING" | "FINANCING" | null; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; };

/** How much of a transaction to reverse; all of it by default. */
export type ReversalRequest = { 
/** UUID of the reversing transaction; made by the ledger when absent. */
"id"?: string; 
/** How much of a transaction with two entries; all that is left when this and `entries` are absent. A decimal string, never a JSON number, no exponent. */
"amount"?: string; 
/** A part of any transaction: entries opposite to its own, none larger than what is left of it. */
"entries"?: Array<{ 
/** An account of the fund. */
"accountId": string; 
/** Side of the account that the entry is on. */
"side": "DEBIT" | "CREDIT"; 
/** Positive amount in the account's currency. A decimal string, never a JSON number, no exponent. */
"amount": string; 
/** The account's currency; refused when it is another. ISO 4217. */
"currency"?: string; 
/** Its values of dimensions, such as a cost centre; one of each. */
"dimensions"?: Array<{ 
/** Name of the dimension; `counterparty` for those of the fund. */
"dimension": string; 
/** One of its values; the id of a counterparty. */
"value": string; }>; }>; 
/** Value date; today in UTC when absent. */
"effectiveDate"?: string; 
/** True when a value date far from today is meant; it is refused without. */
"confirmFarValueDate"?: boolean; 
/** Why; made from the original's when absent. */
"description"?: string; 
/** Your reference. */
"reference"?: string | null; 
/** Data of your own: JSON, at most 16,384 characters. */
"metadata"?: Record<string, unknown>; };

/** What rules would change of lines that are posted. */
export type RulesEffect = { 
/** Posted lines that were compared. */
"compared": number; 
/** False when the account has more of them. */
"isComplete": boolean; 
/** Lines that the rules would put elsewhere. */
"redirected": number; 
/** The first 200 of them. */
"lines": Array<RedirectedLine>; };

/** How a secret is replaced. */
export type SecretRotation = { 
/** How long the earlier secrets stay valid. */
"keepHours"?: number; };

/** A price as it was given. */
export type SecurityPrice = { 
/** ISIN of the security. */
"isin": string; 
/** The day it is for. */
"date": string; 
/** Its currency. ISO 4217. */
"currency": string; 
/** What it is. */
"kind": "LAST" | "BID" | "MID" | "NOMINAL_PERCENT"; 
/** Who gave it, 1 to 40 characters: `ECB`. */
"source": string; 
/** Currency units of one unit, or percent of the nominal, zero or more. */
"price": string; "fundId": string | null; 
/** Position of its event in its book. */
"position": number; 
/** Its place in that event, from 0. */
"line": number; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** One page of prices. */
export type SecurityPricePage = { 
/** Prices. */
"items": Array<SecurityPrice>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** The tone of a text about money, and why. */
export type Sentiment = { 
/** The tone. */
"label": "POSITIVE" | "NEUTRAL" | "NEGATIVE"; 
/** -1 (bad) to 1 (good). */
"score": number; 
/** Confidence of the model. */
"confidence": number; 
/** Name and version of the model. */
"model": string; 
/** The signals found in the text. */
"evidence": Array<string>; };

/** A share class of a fund. */
export type ShareClass = { 
/** The share class. */
"id": string; 
/** Its fund. */
"fundId": string; 
/** Short code, unique in the fund. */
"code": string; 
/** Name of the class. */
"name": string; 
/** ISIN of the class. */
"isin": string; 
/** Currency of its orders and NAV. ISO 4217. */
"currency": string; 
/** First day of the class. */
"launchDate": string; 
/** Which orders it takes. */
"state": string; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** A history, which is an instrument, a fund or an account; or an expected return and a volatility. */
export type SimulatedAsset = { 
/** The instrument whose prices are used. */
"instrumentId"?: string; 
/** The fund whose unit value by day is used; flows do not change it. */
"fundId"?: string; 
/** The account of assets or liabilities whose unit value is used. */
"accountId"?: string; 
/** Expected growth of a year as a share: 0.06 is 6 %. With a history it replaces the one of that. */
"expectedReturn"?: number; 
/** Standard deviation of a year's log returns. Only without a history. */
"volatility"?: number; 
/** Share of the value at the beginning; all weights add up to 1. */
"weight"?: number; };

/** Where the parts of a posted line of a statement belong. */
export type SplitLine = { 
/** They come to the line's amount. */
"parts": Array<{ 
/** An account, in the currency of the bank's. */
"accountId": string; 
/** How much of the line, positive whichever way it went. */
"amount": string; 
/** Values of dimensions that the entry on it has, one of each. */
"dimensions"?: Array<{ 
/** Name of the dimension. */
"dimension": string; 
/** Its value. */
"value": string; }>; }>; };

/** A bank statement that was imported into an account. */
export type Statement = { 
/** The statement, which is its import. */
"id": string; 
/** The fund in whose book it is. */
"fundId": string; 
/** The account it was imported into. */
"accountId": string; 
/** What became of it. */
"state": "IMPORTED" | "UNDONE"; 
/** Format of the file. */
"format": "ABO" | "BAI2" | "CAMT_052" | "CAMT_053" | "CAMT_054" | "CFONB_120" | "CODA" | "CSV" | "MT940" | "MT942" | "OFX" | "QIF" | "XLSX"; 
/** As the file states it. */
"iban": string | null; 
/** SHA-256 of the file, hexadecimal. */
"fileHash": string | null; "from": string | null; "to": string | null; "currency": string | null; "openingBalance": string | null; "closingBalance": string | null; 
/** Booked lines of the file. */
"lineCount": number; 
/** Lines that were posted. */
"posted": number; 
/** Lines that wait for an approver, or did. */
"proposed": number; 
/** Lines that the books had already. */
"duplicates": number; 
/** Lines that may be in the books in another form. */
"possibleDuplicates": number; 
/** Possible duplicates that are not decided. */
"openLines": number; 
/** Lines that are not booked yet, or have no amount. */
"skipped": number; 
/** Holes in the chain of balances. */
"breaks": Array<BalanceBreak>; 
/** When it was imported. UTC, RFC 3339. */
"importedAt": string; 
/** Id of the user or API client. */
"importedBy": string; "undoneAt": string | null; 
/** Who took it back. */
"undoneBy": string | null; 
/** Why it was taken back. */
"undoReason": string | null; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** The units of a class on a statement. */
export type StatementHolding = { 
/** The account that keeps the units. */
"accountId": string; 
/** The investor. */
"investorId": string; 
/** The share class. */
"classId": string; 
/** ISIN of the class. */
"isin": string; 
/** The class's currency. ISO 4217. */
"currency": string; 
/** Units. */
"units": string; 
/** Name of the class. */
"className": string; "navDate": string | null; "navPerUnit": string | null; "value": string | null; 
/** Why there is no value, as a sentence. */
"note": string | null; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; 
/** Only with `expand`: what classId names. */
"shareClass"?: ShareClass | null; 
/** Only with `expand`: what investorId names. */
"investor"?: Investor | null; };

/** A line of a bank statement. */
export type StatementLine = { 
/** Number in the statement, from 1. */
"number": number; 
/** Line in the file, from 1. */
"fileLine": number; 
/** Value date. */
"effectiveDate": string; 
/** Booking date. */
"bookingDate": string; 
/** Signed as the bank has it: positive came in. */
"amount": string; 
/** Of the amount. ISO 4217. */
"currency": string; 
/** Remittance text. */
"description": string; 
/** The other party. */
"counterparty": string | null; 
/** Reference of the bank or the client. */
"reference": string | null; 
/** Whether the books have it. */
"verdict": "NEW" | "DUPLICATE" | "POSSIBLE_DUPLICATE"; "earlierTransactionId": string | null; 
/** What a person decided on a possible duplicate. */
"decision": "CONFIRMED" | "REJECTED" | null; "transactionId": string | null; 
/** Where its other side stands; several of a line that was split. */
"parts": Array<StatementLinePart>; 
/** Only with `expand`: what transactionId names. */
"transaction"?: Transaction | null; };

/** One page of lines. */
export type StatementLinePage = { 
/** Lines. */
"items": Array<StatementLine>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** So much of the other side of a line. */
export type StatementLinePart = { 
/** The account. */
"accountId": string; 
/** Positive, whichever way the line went. */
"amount": string; 
/** Values of dimensions that the entry has. */
"dimensions": Array<{ 
/** Name of the dimension. */
"dimension": string; 
/** Its value. */
"value": string; }>; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; };

/** A line that belongs to several accounts. */
export type StatementLineSplit = { 
/** Number of the line, from 1, as a preview lists it. */
"line": number; 
/** They come to the line's amount. */
"parts": Array<{ 
/** An account, in the currency of the bank's. */
"accountId": string; 
/** How much of the line, positive whichever way it went. */
"amount": string; 
/** Values of dimensions that the entry on it has, one of each. */
"dimensions"?: Array<{ 
/** Name of the dimension. */
"dimension": string; 
/** Its value. */
"value": string; }>; }>; };

/** An order on a statement. */
export type StatementOrder = { 
/** The order. */
"id": string; 
/** The fund whose class is ordered. */
"fundId": string; 
/** The share class. */
"classId": string; 
/** ISIN of the class. */
"isin": string; 
/** Reference of the investor. */
"investor": string; 
/** The investor. */
"investorId": string; 
/** What is ordered. */
"kind": "SUBSCRIPTION" | "REDEMPTION" | "SWITCH" | "TRANSFER"; 
/** Of a switch: which leg it is. */
"leg": "OUT" | "IN" | null; "linkedOrderId": string | null; 
/** Of a switch's leg that goes out: ISIN of the class it goes into. */
"toIsin": string | null; 
/** Of a transfer: reference of who receives the units. */
"toInvestor": string | null; "toInvestorId": string | null; 
/** How far it is. */
"state": "WAITING_APPROVAL" | "ACCEPTED" | "DEFERRED" | "DEALT" | "PARTLY_SETTLED" | "SETTLED" | "CANCELLED" | "REJECTED"; 
/** Code of the gate that rejected it. */
"code": string | null; 
/** Why it was rejected or cancelled. */
"reason": string | null; 
/** The class's currency. ISO 4217. */
"currency": string; "amount": string | null; "units": string | null; 
/** Units that it reserves while it waits. */
"heldUnits": string; "chargeRate": string | null; 
/** When it was received. UTC, RFC 3339. */
"receivedAt": string; 
/** Until then it can be cancelled. UTC, RFC 3339. */
"cutOffAt": string; 
/** The day whose NAV it gets. */
"dealingDate": string; 
/** When its money is due. */
"settlementDate": string; 
/** Reference of the client. */
"reference": string | null; "price": string | null; "dealtUnits": string | null; "dealtAmount": string | null; "charge": string | null; 
/** Money that moved so far. */
"settled": string; "open": string | null; 
/** Whether money is open after the settlement date. */
"isLate": boolean; 
/** Why it moved no units, as a sentence; null once it is dealt. */
"note": string | null; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; 
/** Only with `expand`: what classId names. */
"shareClass"?: ShareClass | null; };

/** One page of statements. */
export type StatementPage = { 
/** Statements. */
"items": Array<Statement>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** How a file would be imported. Nothing is written. */
export type StatementPreview = { 
/** Format of the file. */
"format": "ABO" | "BAI2" | "CAMT_052" | "CAMT_053" | "CAMT_054" | "CFONB_120" | "CODA" | "CSV" | "MT940" | "MT942" | "OFX" | "QIF" | "XLSX"; 
/** Encoding of a text file. */
"encoding": string | null; 
/** As the file states it. */
"iban": string | null; 
/** Booked lines of the file. */
"lineCount": number; 
/** Lines that the books do not have. */
"newLines": number; 
/** Lines that the books have. */
"duplicates": number; 
/** Lines that may be in the books in another form. */
"possibleDuplicates": number; 
/** Lines that are not booked yet, or have no amount. */
"skipped": number; "openingBalance": string | null; "closingBalance": string | null; 
/** Holes in the chain of balances. */
"breaks": Array<BalanceBreak>; 
/** Lines from `skip` on, up to `first`. */
"lines": Array<PreviewedLine>; };

/** Where lines of a statement go. */
export type StatementRule = { 
/** Any of these words. */
"contains": Array<string>; 
/** Of the payment. */
"direction": "IN" | "OUT"; 
/** Where such lines go. */
"accountId": string; };

/** Why an import is taken back. */
export type StatementUndoing = { 
/** Why. */
"reason": string; };

/** A purchase or sale of a security. */
export type Trade = { 
/** The trade. */
"id": string; 
/** The fund. */
"fundId": string; 
/** Whether it buys or sells. */
"side": "BUY" | "SELL"; 
/** ISIN of the security. */
"isin": string; 
/** Trade date. */
"tradeDate": string; 
/** Day on which cash is due. */
"settlementDate": string; 
/** Local time of execution, HH:MM:SS. */
"time": string | null; "exchangeRate": string | null; 
/** The rate as a fraction: units of its currency for `ratePer` of base. */
"rateUnits": string; 
/** Units of base for `rateUnits` of its currency. */
"ratePer": string; 
/** Which units it counts on a day of a corporate action. */
"unitsBasis": "NEW" | "OLD"; 
/** Lots that it named, as `<lot> <units>` with semicolons between; null for none. */
"namedLots": string | null; 
/** Value date of what it posted. */
"bookedOn": string; 
/** Units; of a bond its nominal. */
"quantity": string; 
/** Of one unit; of a bond percent of the nominal. */
"price": string; 
/** Currency of the security. ISO 4217. */
"currency": string; 
/** As executed, without costs and interest. */
"gross": string; 
/** Transaction costs. */
"costs": string; 
/** Accrued interest bought or sold. */
"accrued": string; 
/** What became of it. */
"status": "BOOKED" | "SETTLED" | "FAILED" | "CANCELLED"; "settledOn": string | null; 
/** The caller's own, unique in the fund. */
"reference": string | null; 
/** What it realised, in its currency; zero when it closed no lot. */
"realisedGain": string; 
/** The same of the price, in the fund's base currency. */
"realisedGainBase": string; 
/** The same of the currency, in the fund's base currency. */
"realisedCurrencyGainBase": string; 
/** The transaction that it posted: `/api/v1/transactions/{id}`. */
"transactionId": string; 
/** Position of its event in the fund's book. */
"position": number; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; 
/** Only with `expand`: what transactionId names. */
"transaction"?: Transaction | null; };

/** One page of trades. */
export type TradePage = { 
/** Trades. */
"items": Array<Trade>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** A stored journal transaction. It never changes. */
export type Transaction = { 
/** The transaction. */
"id": string; 
/** The fund whose book holds it. */
"fundId": string; 
/** Its place in the fund's book, gap-free from 1. */
"position": number; 
/** Value date. */
"effectiveDate": string; 
/** When the ledger recorded it. UTC, RFC 3339. */
"recordedAt": string; 
/** What it was for. */
"description": string; 
/** Reference of the client or the bank. */
"reference": string | null; 
/** Data of the client. */
"metadata": Record<string, unknown>; 
/** The rates at which it exchanges currencies, where they were given. */
"fx": Array<{ 
/** Currency of which one unit is priced. ISO 4217. */
"base": string; 
/** Currency of the price. ISO 4217. */
"quote": string; 
/** Units of quote for one of base, as it was given. */
"rate": string; 
/** What was exchanged of base. */
"baseAmount": string; 
/** What was exchanged of quote. */
"quoteAmount": string; }>; 
/** Its legs, debits and credits in balance. */
"entries": Array<{ 
/** The transaction's id and the leg, counted from 1. */
"id": string; 
/** The account. */
"accountId": string; 
/** Code of the account in its fund. */
"accountCode": string; 
/** Side of the account that the entry is on. */
"side": "DEBIT" | "CREDIT"; 
/** Amount in the account's currency, always positive. */
"amount": string; 
/** The account's currency. ISO 4217. */
"currency": string; 
/** Balance of the account right after this entry, on its normal side. */
"balanceAfter": string; 
/** Its values of dimensions, by name. */
"dimensions": Array<{ 
/** Name of the dimension. */
"dimension": string; 
/** The value; the id of a counterparty. */
"value": string; }>; 
/** Only with `expand`: what accountId names. */
"account"?: Account | null; }>; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** What the NAV of a date is, and what it rests on. */
export type Valuation = { 
/** The valuation. */
"id": string; 
/** The fund. */
"fundId": string; 
/** The day the NAV is for. */
"navDate": string; 
/** How far it has come. */
"state": "PREVIEW" | "STALE" | "PUBLISHED" | "SUPERSEDED" | "DISCARDED"; "since": string | null; "currency": string | null; "netAssets": string | null; "commonResult": string | null; 
/** Its classes by code. */
"classes": Array<ValuationClass>; 
/** Fees that it accrues. */
"fees": Array<{ 
/** MANAGEMENT, ADMINISTRATION or CUSTODY. */
"kind": string; "classId": string | null; 
/** Accrued since the last NAV, in the base currency. */
"amount": string; 
/** Only with `expand`: what classId names. */
"shareClass"?: ShareClass | null; }>; 
/** Exchange rates that it used. */
"rates": Array<{ 
/** Foreign currency. ISO 4217. */
"currency": string; 
/** Units of it for `per` units of the base currency. */
"units": string; 
/** 1, but for a cross or turned rate. */
"per": string; 
/** The day it is of. */
"date": string; }>; 
/** Checks that found something. */
"checks": Array<ValuationCheck>; "supersedes": string | null; 
/** Of one that restates: why. */
"reason": string | null; 
/** Position of the book up to which it was read. */
"readAt": number; 
/** SHA-256 of its inputs, hexadecimal. */
"inputsHash": string; 
/** When it was calculated. UTC, RFC 3339. */
"calculatedAt": string; "decidedAt": string | null; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** A check that found something. */
export type ValuationCheck = { 
/** Which check: `PRICE_STALE`, `NAV_MOVED`. */
"kind": string; 
/** Whether it keeps the NAV from being published. */
"severity": "WARNING" | "BLOCKING"; 
/** Days, or a share of one. */
"threshold": string | null; 
/** How many rows there are. */
"count": number; 
/** The first 100 of them. */
"rows": Array<{ "subject": string; "found": string; }>; };

/** A share class in a valuation. */
export type ValuationClass = { 
/** The share class. */
"classId": string; 
/** Code of the class. */
"code": string; 
/** Units in issue before the dealing of the NAV date. */
"units": string; "navPerUnit": string | null; 
/** Currency of the class. ISO 4217. */
"currency": string; 
/** Net assets of the class in its currency. */
"netAssets": string; 
/** The same in the fund's base currency. */
"netAssetsBase": string; 
/** Its share of the common result, in the base currency. */
"commonShare": string; 
/** Its own fees since the last NAV, in the base currency. */
"fees": string; 
/** Its result since the last NAV, in the base currency. */
"result": string; 
/** Only with `expand`: what classId names. */
"shareClass"?: ShareClass | null; };

/** One page of valuations. */
export type ValuationPage = { 
/** Valuations. */
"items": Array<Valuation>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** Why a hold is released. */
export type VoidRequest = { 
/** Why. */
"reason"?: string; };

/** A posting above the limit: it waits. */
export type WaitingForApproval = { 
/** Nothing is posted yet. */
"status": "WAITING_FOR_APPROVAL"; 
/** The proposal that a second approver decides on. */
"proposalId": string; };

/** A portfolio whose risk is shared among its holdings. */
export type WantedPortfolioRisk = { 
/** All funds that the caller may see when absent, weighing by their net assets. */
"holdings"?: Array<PortfolioHolding>; 
/** Currency of the portfolio; everything is converted to it. ISO 4217. */
"currency": string; 
/** First day; a year back when absent. */
"from"?: string; 
/** Last day; today when absent. */
"to"?: string; 
/** Share of periods whose loss the value at risk covers, 0.5 to 0.9999. */
"level"?: number; 
/** HISTORICAL: past returns are the distribution. NORMAL: means and covariances of their sample. */
"model"?: "HISTORICAL" | "NORMAL"; };

/** A receiver to which events of the books are sent. */
export type Webhook = { 
/** The webhook. */
"id": string; 
/** Where messages are posted to: https, without credentials, at a public address; `http` and private networks only where the operator allows them. */
"url": string; 
/** What it is for, up to 200 characters. */
"description": string; 
/** Types of events that are sent; null for every type. */
"eventTypes": Array<string> | null; 
/** Funds whose events are sent; null for every fund. */
"fundIds": Array<string> | null; 
/** Whether messages have texts and parties (description, reference, metadata, counterparty, IBAN), which may name persons. Needs investors:read. */
"personalData": boolean; 
/** Whether messages are sent: PAUSED by a person, DISABLED by the service. */
"state": "ACTIVE" | "PAUSED" | "DISABLED"; 
/** Why the service disabled it: the receiver answered 410, or accepted nothing for three days. Null otherwise. */
"disabledReason": "GONE" | "FAILING" | null; 
/** Since when it is in this state. UTC, RFC 3339. */
"stateSince": string; 
/** When it was made. UTC, RFC 3339. */
"createdAt": string; };

/** One attempt to deliver a message. */
export type WebhookAttempt = { 
/** 1, 2, 3 … of the message. */
"number": number; 
/** When it began. UTC, RFC 3339. */
"startedAt": string; 
/** How long it took, in milliseconds. */
"durationMs": number; 
/** HTTP status; null without an answer. */
"status": number | null; 
/** Why it failed; null when it was accepted. */
"fault": "REFUSED_ADDRESS" | "UNREACHABLE" | "TIMEOUT" | "TLS" | "REDIRECT" | "STATUS" | "GONE" | null; 
/** The first 1,000 characters of the answer's body. */
"answer": string; };

/** One message to a webhook. */
export type WebhookDelivery = { 
/** The message: `webhook-id` of each of its attempts. */
"id": string; 
/** The webhook it is for. */
"webhookId": string; 
/** Type of the event, WebhookTest or WebhookDisabled. */
"type": string; "fundId": string | null; 
/** Position of the event in its book; null when it is about no event. */
"position": number | null; 
/** PENDING until the receiver accepts it (DELIVERED); FAILED when it was given up. */
"state": "PENDING" | "DELIVERED" | "FAILED"; "nextAttemptAt": string | null; 
/** When it was recorded. UTC, RFC 3339. */
"createdAt": string; "settledAt": string | null; 
/** The last 20 attempts, newest first. */
"attempts": Array<WebhookAttempt>; 
/** Only with `expand`: what fundId names. */
"fund"?: Fund | null; };

/** One page of deliveries. */
export type WebhookDeliveryPage = { 
/** Deliveries. */
"items": Array<WebhookDelivery>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** One page of webhooks. */
export type WebhookPage = { 
/** Webhooks. */
"items": Array<Webhook>; 
/** Pass as `after` for the next page; null on the last one. */
"nextCursor": string | null; };

/** How far a webhook is with its messages. */
export type WebhookProgress = { 
/** Recorded messages that wait, at most about 1,000. */
"pending": number; "failingSince": string | null; "lastSuccessAt": string | null; };

/** A webhook and a secret that is shown this once. */
export type WebhookWithSecret = { 
/** The webhook. */
"id": string; 
/** Where messages are posted to: https, without credentials, at a public address; `http` and private networks only where the operator allows them. */
"url": string; 
/** What it is for, up to 200 characters. */
"description": string; 
/** Types of events that are sent; null for every type. */
"eventTypes": Array<string> | null; 
/** Funds whose events are sent; null for every fund. */
"fundIds": Array<string> | null; 
/** Whether messages have texts and parties (description, reference, metadata, counterparty, IBAN), which may name persons. Needs investors:read. */
"personalData": boolean; 
/** Whether messages are sent: PAUSED by a person, DISABLED by the service. */
"state": "ACTIVE" | "PAUSED" | "DISABLED"; 
/** Why the service disabled it: the receiver answered 410, or accepted nothing for three days. Null otherwise. */
"disabledReason": "GONE" | "FAILING" | null; 
/** Since when it is in this state. UTC, RFC 3339. */
"stateSince": string; 
/** When it was made. UTC, RFC 3339. */
"createdAt": string; 
/** Signs its messages: `whsec_` and Base64, as the Standard Webhooks specification has it. Shown this once; null in the answer to a repeat. */
"secret": string | null; };
export interface Operations {

/** Post one transaction, or many */
postTransactions: { input: { body: NewTransaction | NewTransactions; }; answer: { status: 201; body: Transaction | BulkResult; headers: Headers } | { status: 202; body: WaitingForApproval; headers: Headers } | { status: 207; body: BulkResult; headers: Headers } };

/** Read one transaction */
getTransaction: { input: { 
/** The transaction. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: LinkedTransaction; headers: Headers } };

/** Download a file of a transaction */
getAttachment: { input: { 
/** The attachment. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Attachment; headers: Headers } };

/** Reverse a transaction */
reverseTransaction: { input: { 
/** The transaction to reverse. */
"id": string; body?: ReversalRequest; }; answer: { status: 201; body: LinkedTransaction; headers: Headers } | { status: 202; body: WaitingForApproval; headers: Headers } };

/** Read the funds */
getFunds: { input: { 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: FundPage; headers: Headers } };

/** Read one fund */
getFund: { input: { 
/** The fund. */
"id": string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Fund; headers: Headers } };

/** Read the accounts of a fund */
getAccounts: { input: { 
/** The fund. */
"fundId": string; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: AccountPage; headers: Headers } };

/** Read one account */
getAccount: { input: { 
/** The account. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Account; headers: Headers } };

/** Read the entries of the books */
getLedger: { input: { 
/** Only entries of this fund. */
"fundId"?: string; 
/** Only entries on this account. */
"accountId"?: string; 
/** Only entries with this value date or a later one. */
"from"?: string; 
/** Only entries with this value date or an earlier one. */
"to"?: string; 
/** Only entries recorded up to this position of the book; needs fundId or accountId. */
"asOf"?: number; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: LedgerPage; headers: Headers } };

/** Read an account's balance and version */
getBalance: { input: { 
/** The account. */
"accountId": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Account; headers: Headers } };

/** Bring an account to a stated balance */
adjustBalance: { input: { body: BalanceAdjustmentRequest; }; answer: { status: 200; body: BalanceAdjustment; headers: Headers } | { status: 202; body: WaitingForApproval; headers: Headers } };

/** Reserve a part of an account's balance */
placeHold: { input: { body: NewHold; }; answer: { status: 201; body: Hold; headers: Headers } };

/** Read the holds of an account */
getHolds: { input: { 
/** The account. */
"accountId": string; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: HoldPage; headers: Headers } };

/** Read one hold */
getHold: { input: { 
/** The hold. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Hold; headers: Headers } };

/** Turn a hold, or a part of it, into a transaction */
captureHold: { input: { 
/** The hold. */
"id": string; body?: CaptureRequest; }; answer: { status: 201; body: HoldCapture; headers: Headers } | { status: 202; body: WaitingForApproval; headers: Headers } };

/** Release what a hold still reserves */
voidHold: { input: { 
/** The hold. */
"id": string; body?: VoidRequest; }; answer: { status: 200; body: Hold; headers: Headers } };

/** Read the postings above the approval limit */
getProposals: { input: { 
/** Only those of this fund. */
"fundId"?: string; 
/** Only those with this status. */
"status"?: "WAITING" | "APPROVED" | "REJECTED" | "WITHDRAWN"; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: ProposalPage; headers: Headers } };

/** Read one posting above the approval limit */
getProposal: { input: { 
/** The proposal. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Proposal; headers: Headers } };

/** Approve a posting that waits */
approveProposal: { input: { 
/** The proposal. */
"id": string; }; answer: { status: 200; body: Proposal; headers: Headers } };

/** Reject a posting that waits */
rejectProposal: { input: { 
/** The proposal. */
"id": string; body: Rejection; }; answer: { status: 200; body: Proposal; headers: Headers } };

/** Withdraw a posting that waits */
withdrawProposal: { input: { 
/** The proposal. */
"id": string; }; answer: { status: 200; body: Proposal; headers: Headers } };

/** Close the books of some days */
closePeriod: { input: { body: PeriodClosing; }; answer: { status: 201; body: Period; headers: Headers } };

/** Read the closed periods of a fund */
getPeriods: { input: { 
/** The fund. */
"fundId": string; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: PeriodPage; headers: Headers } };

/** Read one period */
getPeriod: { input: { 
/** The period. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Period; headers: Headers } };

/** Reopen a closed period */
reopenPeriod: { input: { 
/** The closed period. */
"id": string; body: PeriodReopening; }; answer: { status: 200; body: Period; headers: Headers } };

/** Place one order, or many */
placeOrders: { input: { body: NewOrder | NewOrders; }; answer: { status: 201; body: Order | OrderResults; headers: Headers } | { status: 207; body: OrderResults; headers: Headers } };

/** Read the orders of a fund */
getOrders: { input: { 
/** The fund. */
"fundId": string; 
/** Only orders of this class. */
"classId"?: string; 
/** Only orders of this investor. */
"investorId"?: string; 
/** Only orders in this state. */
"state"?: "WAITING_APPROVAL" | "ACCEPTED" | "DEFERRED" | "DEALT" | "PARTLY_SETTLED" | "SETTLED" | "CANCELLED" | "REJECTED"; 
/** Only orders of this dealing date. */
"dealingDate"?: string; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: OrderPage; headers: Headers } };

/** Read one order, or its contract note */
getOrder: { input: { 
/** The order. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Order; headers: Headers } };

/** Take an order back */
cancelOrder: { input: { 
/** The order. */
"id": string; body: OrderCancellation; }; answer: { status: 200; body: Order; headers: Headers } };

/** Read the investors */
getInvestors: { input: { 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: InvestorPage; headers: Headers } };

/** Read the register of a class, or what an investor holds */
getHoldings: { input: { 
/** The share class; this or `investorId`. */
"classId"?: string; 
/** The investor; this or `classId`. */
"investorId"?: string; 
/** Units of orders dealt up to this day; now when absent. */
"asOf"?: string; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: HoldingPage; headers: Headers } };

/** Read the statement of an investor */
getInvestorStatement: { input: { 
/** The investor. */
"id": string; 
/** Units of orders dealt up to this day; now when absent. */
"asOf"?: string; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: InvestorStatement; headers: Headers } };

/** Read the statements of all investors of a fund */
getInvestorStatements: { input: { 
/** The fund. */
"fundId": string; 
/** First value date of the movements. */
"from": string; 
/** Last value date of the movements. */
"to": string; 
/** Only accounts of this class. */
"classId"?: string; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: InvestorStatementPage; headers: Headers } };

/** Record trades */
recordTrades: { input: { body: NewTrades; }; answer: { status: 201; body: RecordedTrades; headers: Headers } | { status: 202; body: WaitingForApproval; headers: Headers } };

/** Read the trades of a fund */
getTrades: { input: { 
/** The fund. */
"fundId": string; 
/** Only of the security with this ISIN. */
"isin"?: string; 
/** Only with this status. */
"status"?: "BOOKED" | "SETTLED" | "FAILED" | "CANCELLED"; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: TradePage; headers: Headers } };

/** Read one trade */
getTrade: { input: { 
/** The trade. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Trade; headers: Headers } };

/** Read what a fund holds */
getPositions: { input: { 
/** The fund. */
"fundId": string; 
/** Only what counts up to this value date. */
"asOf"?: string; 
/** Only what the book had at this position. */
"knownAt"?: number; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: PositionPage; headers: Headers } };

/** Record prices of securities */
recordPrices: { input: { body: NewSecurityPrices; }; answer: { status: 201; body: RecordedBatch; headers: Headers } };

/** Read prices of securities */
getPrices: { input: { 
/** Only of the security with this ISIN. */
"isin"?: string; 
/** Prices that are only this fund's; the tenant's when absent. */
"fundId"?: string; 
/** First day. */
"from"?: string; 
/** Last day. */
"to"?: string; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: SecurityPricePage; headers: Headers } };

/** Record exchange rates */
recordExchangeRates: { input: { body: NewExchangeRates; }; answer: { status: 201; body: RecordedBatch; headers: Headers } };

/** Read exchange rates */
getExchangeRates: { input: { 
/** Only of one unit of this currency. ISO 4217. */
"base"?: string; 
/** Only in this currency. ISO 4217. */
"quote"?: string; 
/** First day. */
"from"?: string; 
/** Last day. */
"to"?: string; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: ExchangeRatePage; headers: Headers } };

/** Calculate the NAV of a day */
calculateNav: { input: { body: NewValuation; }; answer: { status: 201; body: Valuation; headers: Headers } };

/** Read the valuations of a fund */
getValuations: { input: { 
/** The fund. */
"fundId": string; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: ValuationPage; headers: Headers } };

/** Read a valuation, or download the report on its NAV */
getValuation: { input: { 
/** The valuation. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Valuation; headers: Headers } };

/** Publish a NAV */
publishNav: { input: { 
/** The valuation. */
"id": string; }; answer: { status: 200; body: Valuation; headers: Headers } };

/** Read the published NAVs of a class */
getNavs: { input: { 
/** The share class. */
"classId": string; 
/** First NAV date. */
"from"?: string; 
/** Last NAV date. */
"to"?: string; 
/** As the fund's book had them at this position. */
"knownAt"?: number; 
/** All pages in one answer, in CSV or NDJSON; `first` is not used. */
"all"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: NavPage; headers: Headers } };

/** Read or download a report on a fund */
getReport: { input: { 
/** Which report. */
"report": "trial-balance" | "balance-sheet" | "income-statement" | "cash-flow"; 
/** The fund. */
"fundId": string; 
/** Only this share class's part of a trial balance or balance sheet. */
"classId"?: string; 
/** By the values of this dimension, such as `costCentre`. */
"dimension"?: string; 
/** With `dimension`: only entries that have no value of any of these dimensions, separated by commas. */
"without"?: string; 
/** Value dates up to this day; all when absent. Not for periods. */
"asOf"?: string; 
/** First value date of a period. */
"from"?: string; 
/** Last value date of a period. */
"to"?: string; 
/** As known at this position of the book; at its end when absent. */
"knownAt"?: number; 
/** Of a cash flow: how it is made; DIRECT when absent. */
"method"?: "DIRECT" | "INDIRECT"; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Report; headers: Headers } };

/** Read or download a report in several columns */
getComparativeReport: { input: { 
/** Which report. */
"report": "trial-balance" | "balance-sheet" | "income-statement" | "cash-flow"; 
/** The fund. */
"fundId": string; 
/** Only this share class's parts of trial balances or balance sheets, by the hierarchy of the chart. */
"classId"?: string; 
/** Of a trial balance or balance sheet: 2 to 13 days, separated by commas. */
"days"?: string; 
/** Of an income statement or cash flow: 2 to 13 periods `2026-01-01..2026-03-31`, separated by commas. */
"periods"?: string; 
/** Levels of the chart to show; all when absent. */
"depth"?: number; 
/** By the values of this dimension instead of the hierarchy. */
"dimension"?: string; 
/** With `dimension`: only entries that have no value of any of these dimensions, separated by commas. */
"without"?: string; 
/** Of a cash flow: how it is made; DIRECT when absent. */
"method"?: "DIRECT" | "INDIRECT"; 
/** As known at this position of the book; at its end when absent. */
"knownAt"?: number; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: ComparativeReport; headers: Headers } };

/** Import a bank statement */
importStatement: { input: { body: NewStatement; }; answer: { status: 202; body: Job; headers: Headers } };

/** Read the bank statements of a fund or an account */
getStatements: { input: { 
/** Statements of this fund. */
"fundId"?: string; 
/** Statements of this account. */
"accountId"?: string; 
/** Only imports of the file with this SHA-256. */
"fileHash"?: string; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: StatementPage; headers: Headers } };

/** Read a bank statement without importing it */
previewStatement: { input: { body: PreviewedStatement; }; answer: { status: 200; body: StatementPreview; headers: Headers } };

/** Read one bank statement */
getStatement: { input: { 
/** The statement. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Statement; headers: Headers } };

/** Read the lines of a bank statement */
getStatementLines: { input: { 
/** The statement. */
"id": string; 
/** Only possible duplicates that are not decided. */
"open"?: boolean; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: StatementLinePage; headers: Headers } };

/** Take an import back */
undoStatement: { input: { 
/** The statement. */
"id": string; body: StatementUndoing; }; answer: { status: 200; body: Statement; headers: Headers } };

/** Take an import of any size back, as a job */
startStatementUndo: { input: { 
/** The statement. */
"id": string; body: StatementUndoing; }; answer: { status: 202; body: Job; headers: Headers } };

/** Move a posted line of a statement to another account */
moveStatementLine: { input: { 
/** The statement. */
"id": string; 
/** Number of the line, from 1. */
"line": number; body: MovedLine; }; answer: { status: 200; body: Statement; headers: Headers } | { status: 202; body: WaitingForApproval; headers: Headers } };

/** Split a posted line of a statement over several accounts */
splitStatementLine: { input: { 
/** The statement. */
"id": string; 
/** Number of the line, from 1. */
"line": number; body: SplitLine; }; answer: { status: 200; body: Statement; headers: Headers } | { status: 202; body: WaitingForApproval; headers: Headers } };

/** Compare rules with where lines of statements went */
importRulesEffect: { input: { body: ComparedRules; }; answer: { status: 200; body: RulesEffect; headers: Headers } };

/** Reconcile an account with its bank statements */
getReconciliation: { input: { 
/** The account. */
"accountId": string; 
/** The day; today when absent. */
"asOf"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Reconciliation; headers: Headers } };

/** Have events sent to a receiver */
createWebhook: { input: { body: NewWebhook; }; answer: { status: 201; body: WebhookWithSecret; headers: Headers } };

/** Read webhooks */
getWebhooks: { input: { 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: WebhookPage; headers: Headers } };

/** Read one webhook */
getWebhook: { input: { 
/** The webhook. */
"id": string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Webhook; headers: Headers } };

/** Change settings of a webhook */
updateWebhook: { input: { 
/** The webhook. */
"id": string; body: ChangedWebhook; }; answer: { status: 200; body: Webhook; headers: Headers } };

/** Remove a webhook */
deleteWebhook: { input: { 
/** The webhook. */
"id": string; }; answer: { status: 200; body: DeletedWebhook; headers: Headers } };

/** Read how far a webhook is */
getWebhookProgress: { input: { 
/** The webhook. */
"id": string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: WebhookProgress; headers: Headers } };

/** Stop sending to a webhook */
pauseWebhook: { input: { 
/** The webhook. */
"id": string; }; answer: { status: 200; body: Webhook; headers: Headers } };

/** Send to a webhook again */
resumeWebhook: { input: { 
/** The webhook. */
"id": string; }; answer: { status: 200; body: Webhook; headers: Headers } };

/** Replace the secret of a webhook */
rotateWebhookSecret: { input: { 
/** The webhook. */
"id": string; body?: SecretRotation; }; answer: { status: 200; body: WebhookWithSecret; headers: Headers } };

/** Send a test message to a webhook */
testWebhook: { input: { 
/** The webhook. */
"id": string; }; answer: { status: 201; body: WebhookDelivery; headers: Headers } };

/** Read the deliveries of a webhook */
getWebhookDeliveries: { input: { 
/** The webhook. */
"id": string; 
/** Only those in this state. */
"state"?: "PENDING" | "DELIVERED" | "FAILED"; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: WebhookDeliveryPage; headers: Headers } };

/** Read one delivery */
getWebhookDelivery: { input: { 
/** The message. */
"id": string; 
/** Related things to send along, paths separated by commas: `items.account,items.transaction`. Each stands beside the id that names it: `account` (accountId), `contraAccount` (contraAccountId), `fund` (fundId), `transaction` (transactionId), `shareClass` (classId), `investor` (investorId), `toInvestor` (toInvestorId). A path may lead through one related thing to another (`account.fund`), no further. At most 100 things; with more the request is refused: ask for a smaller page. Only JSON answers expand. */
"expand"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: WebhookDelivery; headers: Headers } };

/** Send a message once more */
redeliverWebhook: { input: { 
/** The message. */
"id": string; }; answer: { status: 200; body: WebhookDelivery; headers: Headers } };

/** Give up a message that waits */
giveUpWebhookDelivery: { input: { 
/** The message. */
"id": string; }; answer: { status: 200; body: WebhookDelivery; headers: Headers } };

/** Categorise texts and transactions, judge their tone, explain a category, or answer a question */
analyze: { input: { body: AnalysisRequest | AdviceRequest; }; answer: { status: 200; body: Analysis | Answer; headers: Headers } | { status: 202; body: Job; headers: Headers } };

/** Read the predictions for a fund or an instrument */
getPredictions: { input: { 
/** The fund. */
"fundId"?: string; 
/** The instrument. */
"instrumentId"?: string; 
/** Only with instrumentId: how far ahead; WEEK when absent. */
"horizon"?: "DAY" | "WEEK" | "MONTH"; 
/** Categories to confirm on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Cash flows as seen on this day; today by default. */
"asOf"?: string; 
/** Calendar of business days; that of each currency by default. */
"calendar"?: "TARGET2" | "CH" | "DE" | "ES" | "FR" | "GB" | "IE" | "IL" | "LU" | "US" | "WEEKENDS"; 
/** Past occurrences to show with each expected cash flow. */
"evidence"?: number; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Predictions | InstrumentPredictions; headers: Headers } };

/** Post a piece of news */
postNews: { input: { body: NewNews; }; answer: { status: 200; body: PostedNews; headers: Headers } | { status: 201; body: PostedNews; headers: Headers } };

/** Read news about a fund or an instrument */
getNews: { input: { 
/** The fund; either it or the instrument. */
"fundId"?: string; 
/** The instrument; either it or the fund. */
"instrumentId"?: string; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: NewsPage; headers: Headers } };

/** Read the tone of news by day */
getNewsSentiment: { input: { 
/** The fund; either it or the instrument. */
"fundId"?: string; 
/** The instrument; either it or the fund. */
"instrumentId"?: string; 
/** First UTC day. */
"from": string; 
/** Last UTC day, at most 1,100 days after the first. */
"to": string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: NewsSentiment; headers: Headers } };

/** Read the metrics of a fund, an account or an instrument */
getMetrics: { input: { 
/** The fund. */
"fundId"?: string; 
/** The account. */
"accountId"?: string; 
/** The instrument. */
"instrumentId"?: string; 
/** Which metrics, in this order; all that the subject has when absent. One that it does not have is INVALID_INPUT. Separated by commas. */
"metrics"?: Array<"CASH" | "NET_ASSET_VALUE" | "INFLOW_30D" | "OUTFLOW_30D" | "NET_FLOW_30D" | "MONTHLY_BURN" | "RUNWAY_MONTHS" | "BALANCE" | "DEBITS_30D" | "CREDITS_30D" | "NET_CHANGE_30D" | "CUMULATIVE_RETURN" | "ANNUALISED_RETURN" | "COMPOUND_ANNUAL_GROWTH_RATE" | "ANNUALISED_VOLATILITY" | "EWMA_VOLATILITY" | "DOWNSIDE_DEVIATION" | "SHARPE" | "SORTINO" | "CALMAR" | "OMEGA" | "MAX_DRAWDOWN" | "ULCER_INDEX" | "SKEWNESS" | "EXCESS_KURTOSIS" | "TAIL_RATIO" | "VALUE_AT_RISK_95" | "EXPECTED_SHORTFALL_95" | "VALUE_AT_RISK" | "EXPECTED_SHORTFALL" | "VALUE_AT_RISK_NORMAL" | "EXPECTED_SHORTFALL_NORMAL" | "VALUE_AT_RISK_CORNISH_FISHER" | "EXPECTED_SHORTFALL_CORNISH_FISHER" | "VALUE_AT_RISK_BACKTEST" | "BETA" | "ALPHA" | "R_SQUARED" | "TRACKING_ERROR" | "INFORMATION_RATIO" | "UP_CAPTURE" | "DOWN_CAPTURE" | "TREYNOR" | "TIME_WEIGHTED_RETURN" | "MONEY_WEIGHTED_RETURN">; 
/** The first day of the prices or valuations. */
"from"?: string; 
/** The last day of the prices or valuations. */
"to"?: string; 
/** The yearly risk-free rate of the figures of risk, 0.02 is 2 %; 0 when absent. */
"riskFreeRate"?: number; 
/** The instrument to compare with. */
"benchmarkId"?: string; 
/** The currency of the reader; the subject's own when absent. ISO 4217. */
"currency"?: string; 
/** Only with instrumentId: whether earlier prices are as if dividends had always been so; for splits they always are. */
"adjusted"?: boolean; 
/** Only with instrumentId: what prices are put together to. Of WEEK and MONTH those count that are over, each dated on its last day; one whose end a gap lies over has no close. DAY when absent. */
"interval"?: "POINT" | "HOUR" | "DAY" | "WEEK" | "MONTH"; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Metrics; headers: Headers } };

/** Read indicators of an instrument */
getIndicators: { input: { 
/** The instrument. */
"instrumentId": string; 
/** Which indicators, 1 to 10, separated by commas, each with its parameters in parentheses: SMA(period=20),MACD(fastPeriod=12,slowPeriod=26). Without parameters they have their defaults; one that an indicator does not take is INVALID_INPUT. There are: SMA, EMA, WMA, DEMA, TEMA, TRIMA, KAMA, T3, MA, MAVP, MIDPOINT, MIDPRICE, BBANDS, ACCBANDS, SAR, SAREXT, KELTNER, DONCHIAN, ICHIMOKU, PLUS_DI, PLUS_DM, MINUS_DI, MINUS_DM, DX, ADX, ADXR, MOM, ROC, ROCP, ROCR, ROCR100, APO, PPO, MACD, MACDFIX, MACDEXT, TRIX, RSI, CMO, BOP, CCI, IMI, MFI, ULTOSC, STOCH, STOCHF, STOCHRSI, WILLR, AROON, AROONOSC, AD, ADOSC, OBV, VWAP, ATR, NATR, TRANGE. */
"indicators": string; 
/** First day of the page. */
"from"?: string; 
/** Last day of the history. */
"to"?: string; 
/** Length of a bar; HOUR or POINT within days. DAY when absent. */
"interval"?: "POINT" | "HOUR" | "DAY" | "WEEK" | "MONTH"; 
/** The currency of the reader; the instrument's own when absent. ISO 4217. */
"currency"?: string; 
/** Whether earlier bars are as if dividends had always been so; for splits they always are. */
"adjusted"?: boolean; 
/** At a gap, CONTINUE runs on as TA-Lib does, RESTART begins anew behind it. */
"gapPolicy"?: "CONTINUE" | "RESTART"; 
/** Items on a page. */
"first"?: number; 
/** The `nextCursor` of the page before. */
"after"?: string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Indicators; headers: Headers } };

/** Read a forecast for a fund, an account or an instrument */
getForecasts: { input: { 
/** The fund. */
"fundId"?: string; 
/** The account. */
"accountId"?: string; 
/** The instrument. */
"instrumentId"?: string; 
/** What to forecast: for a fund CASH when absent; for an account only BALANCE; for an instrument only CLOSE. */
"metric"?: "CASH" | "NET_ASSET_VALUE" | "INFLOW" | "OUTFLOW" | "NET_FLOW" | "REVENUE" | "EXPENSES" | "BALANCE" | "CLOSE"; 
/** The periods of the series. MONTHLY when absent; of an instrument whose prices come more rarely, those of the prices. */
"frequency"?: "HOURLY" | "DAILY" | "BUSINESS_DAILY" | "WEEKLY" | "MONTHLY" | "QUARTERLY" | "YEARLY"; 
/** Periods ahead; the most depends on the frequency, 60 of MONTHLY. */
"horizon"?: number; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Forecast; headers: Headers } };

/** Compute the risk of a portfolio and what each holding brings */
computePortfolioRisk: { input: { body: WantedPortfolioRisk; }; answer: { status: 200; body: PortfolioRisk; headers: Headers } };

/** Start a Monte Carlo simulation */
startSimulation: { input: { body: NewSimulation; }; answer: { status: 202; body: Job; headers: Headers } };

/** Read a job */
getJob: { input: { 
/** The job. */
"id": string; 
/** Only these fields of the answer, separated by commas; a dot leads into an object or list: `nextCursor,items.amount`. All of them when absent. */
"fields"?: string; }; answer: { status: 200; body: Job; headers: Headers } };

/** Cancel a job */
cancelJob: { input: { 
/** The job. */
"id": string; }; answer: { status: 200; body: Job; headers: Headers } };
}
export const ROUTES = {
postTransactions: { method: "POST", path: "/api/v1/transactions", query: [] },
getTransaction: { method: "GET", path: "/api/v1/transactions/{id}", query: ["expand","fields"] },
getAttachment: { method: "GET", path: "/api/v1/attachments/{id}", query: ["expand","fields"] },
reverseTransaction: { method: "POST", path: "/api/v1/transactions/{id}/reversal", query: [] },
getFunds: { method: "GET", path: "/api/v1/funds", query: ["all","first","after","fields"] },
getFund: { method: "GET", path: "/api/v1/funds/{id}", query: ["fields"] },
getAccounts: { method: "GET", path: "/api/v1/accounts", query: ["fundId","all","first","after","expand","fields"] },
getAccount: { method: "GET", path: "/api/v1/accounts/{id}", query: ["expand","fields"] },
getLedger: { method: "GET", path: "/api/v1/ledger", query: ["fundId","accountId","from","to","asOf","all","first","after","expand","fields"] },
getBalance: { method: "GET", path: "/api/v1/balance", query: ["accountId","expand","fields"] },
adjustBalance: { method: "PATCH", path: "/api/v1/balance", query: [] },
placeHold: { method: "POST", path: "/api/v1/holds", query: [] },
getHolds: { method: "GET", path: "/api/v1/holds", query: ["accountId","first","after","expand","fields"] },
getHold: { method: "GET", path: "/api/v1/holds/{id}", query: ["expand","fields"] },
captureHold: { method: "POST", path: "/api/v1/holds/{id}/capture", query: [] },
voidHold: { method: "POST", path: "/api/v1/holds/{id}/void", query: [] },
getProposals: { method: "GET", path: "/api/v1/proposals", query: ["fundId","status","first","after","expand","fields"] },
getProposal: { method: "GET", path: "/api/v1/proposals/{id}", query: ["expand","fields"] },
approveProposal: { method: "POST", path: "/api/v1/proposals/{id}/approve", query: [] },
rejectProposal: { method: "POST", path: "/api/v1/proposals/{id}/reject", query: [] },
withdrawProposal: { method: "POST", path: "/api/v1/proposals/{id}/withdraw", query: [] },
closePeriod: { method: "POST", path: "/api/v1/periods", query: [] },
getPeriods: { method: "GET", path: "/api/v1/periods", query: ["fundId","first","after","expand","fields"] },
getPeriod: { method: "GET", path: "/api/v1/periods/{id}", query: ["expand","fields"] },
reopenPeriod: { method: "POST", path: "/api/v1/periods/{id}/reopen", query: [] },
placeOrders: { method: "POST", path: "/api/v1/orders", query: [] },
getOrders: { method: "GET", path: "/api/v1/orders", query: ["fundId","classId","investorId","state","dealingDate","all","first","after","expand","fields"] },
getOrder: { method: "GET", path: "/api/v1/orders/{id}", query: ["expand","fields"] },
cancelOrder: { method: "POST", path: "/api/v1/orders/{id}/cancel", query: [] },
getInvestors: { method: "GET", path: "/api/v1/investors", query: ["all","first","after","fields"] },
getHoldings: { method: "GET", path: "/api/v1/holdings", query: ["classId","investorId","asOf","all","first","after","expand","fields"] },
getInvestorStatement: { method: "GET", path: "/api/v1/investors/{id}/statement", query: ["asOf","first","after","expand","fields"] },
getInvestorStatements: { method: "GET", path: "/api/v1/investor-statements", query: ["fundId","from","to","classId","all","first","after","expand","fields"] },
recordTrades: { method: "POST", path: "/api/v1/trades", query: [] },
getTrades: { method: "GET", path: "/api/v1/trades", query: ["fundId","isin","status","all","first","after","expand","fields"] },
getTrade: { method: "GET", path: "/api/v1/trades/{id}", query: ["expand","fields"] },
getPositions: { method: "GET", path: "/api/v1/positions", query: ["fundId","asOf","knownAt","all","first","after","fields"] },
recordPrices: { method: "POST", path: "/api/v1/prices", query: [] },
getPrices: { method: "GET", path: "/api/v1/prices", query: ["isin","fundId","from","to","all","first","after","expand","fields"] },
recordExchangeRates: { method: "POST", path: "/api/v1/exchange-rates", query: [] },
getExchangeRates: { method: "GET", path: "/api/v1/exchange-rates", query: ["base","quote","from","to","all","first","after","fields"] },
calculateNav: { method: "POST", path: "/api/v1/valuations", query: [] },
getValuations: { method: "GET", path: "/api/v1/valuations", query: ["fundId","all","first","after","expand","fields"] },
getValuation: { method: "GET", path: "/api/v1/valuations/{id}", query: ["expand","fields"] },
publishNav: { method: "POST", path: "/api/v1/valuations/{id}/publish", query: [] },
getNavs: { method: "GET", path: "/api/v1/navs", query: ["classId","from","to","knownAt","all","first","after","expand","fields"] },
getReport: { method: "GET", path: "/api/v1/reports/{report}", query: ["fundId","classId","dimension","without","asOf","from","to","knownAt","method","expand","fields"] },
getComparativeReport: { method: "GET", path: "/api/v1/comparative-reports/{report}", query: ["fundId","classId","days","periods","depth","dimension","without","method","knownAt","expand","fields"] },
importStatement: { method: "POST", path: "/api/v1/statements", query: [] },
getStatements: { method: "GET", path: "/api/v1/statements", query: ["fundId","accountId","fileHash","first","after","expand","fields"] },
previewStatement: { method: "POST", path: "/api/v1/statements/preview", query: [] },
getStatement: { method: "GET", path: "/api/v1/statements/{id}", query: ["expand","fields"] },
getStatementLines: { method: "GET", path: "/api/v1/statements/{id}/lines", query: ["open","first","after","expand","fields"] },
undoStatement: { method: "POST", path: "/api/v1/statements/{id}/undo", query: [] },
startStatementUndo: { method: "POST", path: "/api/v1/statements/{id}/undo-jobs", query: [] },
moveStatementLine: { method: "POST", path: "/api/v1/statements/{id}/lines/{line}/move", query: [] },
splitStatementLine: { method: "POST", path: "/api/v1/statements/{id}/lines/{line}/split", query: [] },
importRulesEffect: { method: "POST", path: "/api/v1/statements/rules-effect", query: [] },
getReconciliation: { method: "GET", path: "/api/v1/reconciliation", query: ["accountId","asOf","expand","fields"] },
createWebhook: { method: "POST", path: "/api/v1/webhooks", query: [] },
getWebhooks: { method: "GET", path: "/api/v1/webhooks", query: ["first","after","fields"] },
getWebhook: { method: "GET", path: "/api/v1/webhooks/{id}", query: ["fields"] },
updateWebhook: { method: "PATCH", path: "/api/v1/webhooks/{id}", query: [] },
deleteWebhook: { method: "DELETE", path: "/api/v1/webhooks/{id}", query: [] },
getWebhookProgress: { method: "GET", path: "/api/v1/webhooks/{id}/progress", query: ["fields"] },
pauseWebhook: { method: "POST", path: "/api/v1/webhooks/{id}/pause", query: [] },
resumeWebhook: { method: "POST", path: "/api/v1/webhooks/{id}/resume", query: [] },
rotateWebhookSecret: { method: "POST", path: "/api/v1/webhooks/{id}/rotate-secret", query: [] },
testWebhook: { method: "POST", path: "/api/v1/webhooks/{id}/test", query: [] },
getWebhookDeliveries: { method: "GET", path: "/api/v1/webhooks/{id}/deliveries", query: ["state","first","after","expand","fields"] },
getWebhookDelivery: { method: "GET", path: "/api/v1/webhook-deliveries/{id}", query: ["expand","fields"] },
redeliverWebhook: { method: "POST", path: "/api/v1/webhook-deliveries/{id}/redeliver", query: [] },
giveUpWebhookDelivery: { method: "POST", path: "/api/v1/webhook-deliveries/{id}/give-up", query: [] },
analyze: { method: "POST", path: "/api/v1/analyze", query: [] },
getPredictions: { method: "GET", path: "/api/v1/predictions", query: ["fundId","instrumentId","horizon","first","after","asOf","calendar","evidence","fields"] },
postNews: { method: "POST", path: "/api/v1/news", query: [] },
getNews: { method: "GET", path: "/api/v1/news", query: ["fundId","instrumentId","first","after","fields"] },
getNewsSentiment: { method: "GET", path: "/api/v1/news-sentiment", query: ["fundId","instrumentId","from","to","fields"] },
getMetrics: { method: "GET", path: "/api/v1/metrics", query: ["fundId","accountId","instrumentId","metrics","from","to","riskFreeRate","benchmarkId","currency","adjusted","interval","fields"] },
getIndicators: { method: "GET", path: "/api/v1/indicators", query: ["instrumentId","indicators","from","to","interval","currency","adjusted","gapPolicy","first","after","fields"] },
getForecasts: { method: "GET", path: "/api/v1/forecasts", query: ["fundId","accountId","instrumentId","metric","frequency","horizon","fields"] },
computePortfolioRisk: { method: "POST", path: "/api/v1/portfolio-risk", query: [] },
startSimulation: { method: "POST", path: "/api/v1/simulations", query: [] },
getJob: { method: "GET", path: "/api/v1/jobs/{id}", query: ["fields"] },
cancelJob: { method: "POST", path: "/api/v1/jobs/{id}/cancel", query: [] },
} as const;
