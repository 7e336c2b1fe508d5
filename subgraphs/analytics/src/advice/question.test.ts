import { describe, expect, it } from "vitest";
import { languageOf, requestsTradeAdvice, understand } from "./question.ts";

const TODAY = "2026-11-28";

describe("the recognition of questions", () => {
  it.each([
    ["How much cash do we have?", "CASH", "en"],
    ["What is our bank balance?", "CASH", "en"],
    ["What is the NAV of the fund?", "NAV", "en"],
    ["What did we spend on fees last month?", "SPENDING", "en"],
    ["How much were management fees this year?", "SPENDING", "en"],
    ["How much did we pay for rent in March?", "SPENDING", "en"],
    ["How much income did we receive last quarter?", "INCOME", "en"],
    ["How much dividends did we get in 2026?", "INCOME", "en"],
    ["What was the net cash flow last month?", "NET_FLOW", "en"],
    ["What are the largest payments of this month?", "LARGEST_MOVEMENTS", "en"],
    ['Search for "translation agency"', "SEARCH", "en"],
    ["Which payments are expected?", "EXPECTED", "en"],
    ["What are the next bills?", "EXPECTED", "en"],
    ["Is anything unusual?", "INSIGHTS", "en"],
    ["How risky is the fund?", "RISK", "en"],
    ["What is the volatility?", "RISK", "en"],
    ["What was our return this year?", "RETURN", "en"],
    ["What was the maximum drawdown?", "DRAWDOWN", "en"],
    ["How much cash will we have in 3 months?", "FORECAST", "en"],
    ["What is the cash forecast?", "FORECAST", "en"],
    ["What is the price of ^GSPC?", "PRICE", "en"],
    ["What is the exchange rate of EUR to USD?", "EXCHANGE_RATE", "en"],
    ["How long is our runway?", "RUNWAY", "en"],
    ["Wie viele liquide Mittel haben wir?", "CASH", "de"],
    ["Wie hoch ist der Nettoinventarwert?", "NAV", "de"],
    ["Was haben wir letzten Monat für Gebühren ausgegeben?", "SPENDING", "de"],
    ["Welche Zahlungen waren die größten?", "LARGEST_MOVEMENTS", "de"],
    ["Wie hoch ist die Rendite?", "RETURN", "de"],
    ["Welche Zahlungen sind zu erwarten? Zeige die nächsten Zahlungen", "EXPECTED", "de"],
    ["Gab es ungewöhnliche Buchungen?", "INSIGHTS", "de"],
    ["Combien de trésorerie avons-nous ?", "CASH", "fr"],
    ["Quelle est la valeur liquidative ?", "NAV", "fr"],
    ["Combien avons-nous dépensé en frais le mois dernier ?", "SPENDING", "fr"],
    ["Quels sont les prochains paiements ?", "EXPECTED", "fr"],
    ["Quelle est la volatilité du fonds ?", "RISK", "fr"],
    ["¿Cuánto efectivo tenemos?", "CASH", "es"],
    ["¿Cuál es el valor liquidativo?", "NAV", "es"],
    ["¿Cuánto hemos gastado en comisiones el mes pasado?", "SPENDING", "es"],
    ["¿Cuáles fueron los mayores pagos?", "LARGEST_MOVEMENTS", "es"],
    ["כמה מזומן יש לנו?", "CASH", "he"],
    ["מה שווי נכסי נקי של הקרן?", "NAV", "he"],
    ["כמה עמלות שילמנו בחודש שעבר?", "SPENDING", "he"],
    ["מה התשואה השנה?", "RETURN", "he"],
    ["Wie viel Geld haben wir?", "CASH", "de"],
    ["Wieviel Geld ist auf dem Konto?", "CASH", "de"],
    ["Was waren die größten Zahlungen dieses Jahres?", "LARGEST_MOVEMENTS", "de"],
    ["Wie hat der Fonds dieses Jahr abgeschnitten?", "RETURN", "de"],
    ["Wie lange reicht das Geld?", "RUNWAY", "de"],
    ["Was kostet ein Euro in Dollar?", "EXCHANGE_RATE", "de"],
    ["How much money is in the account?", "CASH", "en"],
    ["Where does our money go?", "SPENDING", "en"],
    ["How is the fund doing?", "RETURN", "en"],
    ["How long will the money last?", "RUNWAY", "en"],
    ["What is the fund worth?", "NAV", "en"],
    ["Combien d'argent avons-nous ?", "CASH", "fr"],
    ["Combien vaut le fonds ?", "NAV", "fr"],
    ["Comment se porte le fonds ?", "RETURN", "fr"],
    ["¿Cuánto dinero tenemos?", "CASH", "es"],
    ["¿Qué pagos se esperan?", "EXPECTED", "es"],
    ["¿Cuánto vale el fondo?", "NAV", "es"],
    ["¿Cómo va el fondo?", "RETURN", "es"],
    ["כמה כסף יש לנו?", "CASH", "he"],
    ["כמה שווה הקרן?", "NAV", "he"],
    ["מה היו התשלומים הגדולים השנה?", "LARGEST_MOVEMENTS", "he"],
    ["אילו תשלומים צפויים?", "EXPECTED", "he"],
    ["איך הקרן הולכת?", "RETURN", "he"],
    ["לכמה זמן יספיק הכסף?", "RUNWAY", "he"],
  ])("understands %s", (question, intent, language) => {
    expect(understand(question, TODAY)).toMatchObject({ intent, language });
  });

  it.each([
    ["NAV?", "de", "de"],
    ["Cash?", "he", "he"],
    ["EUR/USD?", "fr", "fr"],
    ["Volatilität?", "en", "de"],
    ["Kontostand", "en", "de"],
    ["Trésorerie", "de", "fr"],
    ["¿Efectivo?", "he", "es"],
    ["How much cash do we have?", "de", "en"],
    ["Wie hoch ist die Rendite?", "he", "de"],
    ["מזומן?", "de", "he"],
  ] as const)("answers %s to a reader of %s in %s", (question, reader, language) => {
    expect(languageOf(question, reader)).toBe(language);
  });

  it.each([
    ["last month", "2026-10-01", "2026-10-31"],
    ["this quarter", "2026-10-01", "2026-11-28"],
    ["in March", "2026-03-01", "2026-03-31"],
    ["in December", "2025-12-01", "2025-12-31"],
    ["in February 2024", "2024-02-01", "2024-02-29"],
    ["in 2025", "2025-01-01", "2025-12-31"],
    ["in the last 7 days", "2026-11-22", "2026-11-28"],
    ["from 2026-01-15 to 2026-02-15", "2026-01-15", "2026-02-15"],
    ["last week", "2026-11-16", "2026-11-22"],
    ["in the first quarter of 2026", "2026-01-01", "2026-03-31"],
    ["in Q2 2025", "2025-04-01", "2025-06-30"],
    ["in H1 2026", "2026-01-01", "2026-06-30"],
    ["between March and May 2025", "2025-03-01", "2025-05-31"],
    ["from November to February 2026", "2025-11-01", "2026-02-28"],
    ["from 2023 to 2025", "2023-01-01", "2025-12-31"],
    ["on 15 March 2025", "2025-03-15", "2025-03-15"],
    ["on March 3rd 2025", "2025-03-03", "2025-03-03"],
  ])("reads the period %s", (words, from, to) => {
    expect(understand(`What did we spend ${words}?`, TODAY)?.period).toMatchObject({ from, to });
  });

  it.each([
    ["Wie viel Miete zahlten wir im ersten Quartal 2026?", "2026-01-01", "2026-03-31"],
    ["Combien avons-nous payé de loyer au deuxième trimestre 2025 ?", "2025-04-01", "2025-06-30"],
    ["¿Cuánto pagamos de alquiler en el tercer trimestre de 2025?", "2025-07-01", "2025-09-30"],
    ["Wie viel Miete zahlten wir am 3. Mai 2025?", "2025-05-03", "2025-05-03"],
    ["Was haben wir im Mai 2025 für alles ausgegeben?", "2025-05-01", "2025-05-31"],
    ["כמה שילמנו שכירות ברבעון הראשון 2026?", "2026-01-01", "2026-03-31"],
  ])("reads the period of %s", (question, from, to) => {
    expect(understand(question, TODAY)?.period).toMatchObject({ from, to });
  });

  it.each([
    "How much did we spend on unicorns in 2025?",
    "How much did we pay Huber?",
    "How much did we pay to Huber Ltd in 2025?",
    "What is the average monthly rent?",
    "How much did we spend on rent minus payroll in 2025?",
    "How much did we spend on rent and payroll in 2025?",
    "Which payee received the most in 2025?",
    "Which payments are overdue?",
    "What will NAV be in 2030?",
    "What was the NAV in 2023?",
    "How much cash did we have last month?",
    "How much tax did we pay on 31 February 2025?",
    "Wie viel haben wir für Einhörner ausgegeben?",
    "Wie hoch war der Nettoinventarwert 2023?",
    "¿Qué pagos están atrasados?",
  ])("answers nothing else than %s", (question) => {
    expect(understand(question, TODAY)).toBeUndefined();
  });

  it("takes May for advice only where it is no month", () => {
    expect(requestsTradeAdvice("Did we pay rent in May 2026?")).toBe(false);
    expect(requestsTradeAdvice("May I invest in gold?")).toBe(true);
  });

  it("finds the category and the words that a question names", () => {
    expect(understand("How much rent did we pay?", TODAY)).toMatchObject({ category: "RENT" });
    expect(understand("Find payments to Hauser", TODAY)).toMatchObject({ text: "hauser" });
    expect(understand("Find translation", TODAY)).toMatchObject({ text: "translation" });
    expect(understand("What is the price of S&P 500?", TODAY)).toMatchObject({ text: "s&p 500" });
  });

  it.each(["Who won the match?", "Tell me a joke.", "Wie wird das Wetter?", "¿Quién eres?"])(
    "understands nothing when the books say nothing about it: %s",
    (question) => {
      expect(understand(question, TODAY)).toBeUndefined();
    },
  );

  it.each([
    "Should I buy more shares?",
    "Is it a good time to sell?",
    "Soll ich verkaufen?",
    "Faut-il acheter ? Que recommandez-vous ?",
    "¿Debería vender?",
    "האם כדאי לקנות?",
  ])("recognises a question for trade advice: %s", (question) => {
    expect(requestsTradeAdvice(question)).toBe(true);
  });
});
