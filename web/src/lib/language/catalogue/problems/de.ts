import type { Catalogue } from "./en.ts";

/** Refusals and failures in German, by the codes of the graph; the graph's own sentence follows. */
export const de: Catalogue = {
  "problem.withOriginal": "{sentence} (\u2068{original}\u2069)",
  "problem.unreadable": "Ein Wert ist nicht lesbar. Prüfen Sie die Eingabe.",
  "problem.unknown": "Etwas ist schiefgegangen. Nennen Sie die Trace-ID, wenn Sie es melden.",
  "problem.noAnswer": "Das Gateway hat nicht geantwortet. Versuchen Sie es noch einmal.",
  "problem.gatewaySlow": "Das Gateway hat nicht rechtzeitig geantwortet.",
  "problem.gatewayAway": "Das Gateway ist nicht erreichbar.",
  "problem.issuerAway":
    "Die Anmeldung ist gerade nicht verfügbar. Versuchen Sie es gleich noch einmal.",
  "problem.sessionUnreadable":
    "Ihre Sitzung ist gerade nicht lesbar. Versuchen Sie es gleich noch einmal.",
  "problem.noSuchPage": "Diese Seite gibt es nicht. Prüfen Sie die Adresse.",
  "problem.roleLacksPage":
    "Ihre Rolle umfasst diese Seite nicht. Bitten Sie die Verwaltung um Zugang.",
  "problem.MALFORMED_REQUEST":
    "Die Anfrage ist nicht lesbar. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "problem.MALFORMED_BODY":
    "Die Anfrage ist nicht lesbar. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "problem.INVALID_INPUT": "Die Eingabe ist nicht gültig.",
  "problem.INVALID_AMOUNT": "Der Betrag ist nicht gültig.",
  "problem.GRAPHQL_PARSE_FAILED": "Es gibt eine neue Version der App. Laden Sie die Seite neu.",
  "problem.GRAPHQL_VALIDATION_FAILED":
    "Es gibt eine neue Version der App. Laden Sie die Seite neu.",
  "problem.OPERATION_LIMIT_EXCEEDED":
    "Das ist zu viel auf einmal. Wählen Sie einen kürzeren Zeitraum.",
  "problem.COST_LIMIT_EXCEEDED": "Das ist zu viel auf einmal. Wählen Sie einen kürzeren Zeitraum.",
  "problem.OPERATION_NOT_FOUND": "Es gibt eine neue Version der App. Laden Sie die Seite neu.",
  "problem.APPROVAL_REQUIRED": "Erst muss eine zweite Person zustimmen.",
  "problem.PERSISTED_QUERY_NOT_FOUND":
    "Es gibt eine neue Version der App. Laden Sie die Seite neu.",
  "problem.UNAUTHENTICATED": "Ihre Sitzung ist beendet. Melden Sie sich neu an.",
  "problem.STEP_UP_REQUIRED": "Ein zweiter Faktor ist nötig.",
  "problem.FORBIDDEN": "Das ist nicht erlaubt.",
  "problem.DELEGATION_REFUSED": "In Ihrem Auftrag wird nichts mehr getan. Melden Sie sich neu an.",
  "problem.OPERATION_NOT_TRUSTED": "Es gibt eine neue Version der App. Laden Sie die Seite neu.",
  "problem.NOT_FOUND": "Hier ist nichts.",
  "problem.FUND_NOT_FOUND": "Den Fonds gibt es nicht.",
  "problem.ACCOUNT_NOT_FOUND": "Das Konto gibt es nicht.",
  "problem.TRANSACTION_NOT_FOUND": "Die Buchung gibt es nicht.",
  "problem.SECURITY_NOT_FOUND": "Das Wertpapier gibt es nicht.",
  "problem.TRADE_NOT_FOUND": "Das Geschäft gibt es nicht.",
  "problem.CORPORATE_ACTION_NOT_FOUND": "Die Kapitalmaßnahme gibt es nicht.",
  "problem.INSTRUMENT_NOT_FOUND": "Das Instrument gibt es nicht.",
  "problem.METHOD_NOT_ALLOWED":
    "Die Anfrage ist nicht lesbar. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "problem.NOT_ACCEPTABLE":
    "Die Anfrage ist nicht lesbar. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "problem.HOLD_NOT_FOUND": "Die Reservierung gibt es nicht.",
  "problem.PERIOD_NOT_FOUND": "Den Zeitraum gibt es nicht.",
  "problem.PROPOSAL_NOT_FOUND": "Den Vorschlag gibt es nicht.",
  "problem.INVESTOR_NOT_FOUND": "Den Anleger gibt es nicht.",
  "problem.ORDER_NOT_FOUND": "Den Auftrag gibt es nicht.",
  "problem.SHARE_CLASS_NOT_FOUND": "Die Anteilklasse gibt es nicht.",
  "problem.ALREADY_EXISTS": "Das gibt es schon.",
  "problem.IDEMPOTENCY_CONFLICT":
    "Dieses Formular wurde schon mit anderem Inhalt gesendet. Laden Sie die Seite neu und beginnen Sie von vorn.",
  "problem.IDEMPOTENCY_KEY_IN_USE":
    "Die erste Anfrage läuft noch. Versuchen Sie es gleich noch einmal.",
  "problem.HOLD_NOT_ACTIVE": "Die Reservierung gilt nicht mehr.",
  "problem.TRADE_STATE": "Das Geschäft ist abgewickelt oder storniert.",
  "problem.APPROVAL_LIMIT_CHANGED":
    "Die Genehmigungsgrenzen haben sich geändert. Sehen Sie es neu an.",
  "problem.PROPOSAL_NOT_WAITING": "Über den Vorschlag ist schon entschieden.",
  "problem.CURSOR_OF_ANOTHER_LOG":
    "Die Liste gehört zu einem anderen Verlauf der Bücher. Laden Sie die Seite neu.",
  "problem.ALREADY_REVERSED": "Die Buchung ist schon storniert.",
  "problem.ALREADY_MATCHED": "Das ist schon zugeordnet.",
  "problem.REQUEST_TIMEOUT":
    "Ein Teil des Systems hat nicht rechtzeitig geantwortet. Versuchen Sie es gleich noch einmal.",
  "problem.EXPECTATION_FAILED":
    "Die Anfrage ist nicht lesbar. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "problem.VERSION_CONFLICT":
    "Es hat sich inzwischen geändert. Laden Sie die Seite neu und sehen Sie es neu an.",
  "problem.BODY_TOO_LARGE": "Die Datei oder der Text ist zu groß.",
  "problem.UNSUPPORTED_MEDIA_TYPE": "Diese Art von Datei wird nicht unterstützt.",
  "problem.LEDGER_UNBALANCED": "Soll und Haben sind verschieden.",
  "problem.CURRENCY_MISMATCH": "Die Währung ist nicht die des Kontos.",
  "problem.INSUFFICIENT_FUNDS": "Das Konto hat nicht so viel.",
  "problem.HOLD_EXCEEDED": "Die Reservierung deckt nicht so viel.",
  "problem.PROPOSAL_EXCEEDED": "Es würde mehr gebucht als vorgeschlagen.",
  "problem.REVERSAL_EXCEEDED": "So viel ist nicht mehr zu stornieren.",
  "problem.MATCH_UNBALANCED": "Die beiden Seiten der Zuordnung sind verschieden.",
  "problem.ACCOUNT_FROZEN": "Das Konto ist gesperrt.",
  "problem.ACCOUNT_CLOSED": "Das Konto ist geschlossen.",
  "problem.ORDER_STATE": "Der Stand des Auftrags lässt das nicht zu.",
  "problem.CUT_OFF_PASSED": "Der Annahmeschluss ist vorbei.",
  "problem.KYC_REQUIRED": "Der Anleger ist dafür nicht freigegeben.",
  "problem.BELOW_MINIMUM": "Der Auftrag liegt unter dem Mindestbetrag der Klasse.",
  "problem.CLASS_NOT_OPEN": "Die Anteilklasse nimmt diesen Auftrag nicht an.",
  "problem.INSUFFICIENT_UNITS": "Das Depot hat nicht so viele Anteile.",
  "problem.ACCOUNT_MANAGED": "Dieses Konto bewegt nur die Fondsverwaltung.",
  "problem.ACCOUNT_NOT_EMPTY": "Das Konto ist nicht leer.",
  "problem.POSTING_PERIOD_OPEN": "Die Bücher dieses Tages sind noch offen.",
  "problem.POSTING_PERIOD_CLOSED": "Die Bücher dieses Tages sind geschlossen.",
  "problem.DIMENSION_REQUIRED": "Das Konto braucht den Wert einer Dimension.",
  "problem.VALUE_DATE_FAR": "Das Valutadatum liegt weit von heute.",
  "problem.NAV_CHECKS_OPEN": "Sperrende Prüfungen des NAV sind offen.",
  "problem.NAV_INPUTS_CHANGED": "Worauf der NAV beruht, hat sich geändert. Berechnen Sie ihn neu.",
  "problem.NAV_PUBLISHED": "Der NAV dieses Tages ist veröffentlicht.",
  "problem.NAV_SAME_PERSON": "Eine andere Person muss den NAV veröffentlichen.",
  "problem.VALUATION_NOT_FOUND": "Die Bewertung gibt es nicht.",
  "problem.LOTS_EXCEEDED": "Die Posten enthalten nicht so viel.",
  "problem.PRICE_MISSING": "Ein Preis fehlt.",
  "problem.RATE_MISSING": "Ein Wechselkurs fehlt.",
  "problem.FX_RATE_MISMATCH": "Die Beträge passen nicht zum Kurs.",
  "problem.STATEMENT_INVALID": "Der Auszug kann nicht eingelesen werden.",
  "problem.STATEMENT_AMBIGUOUS": "Der Auszug lässt sich auf mehr als eine Art lesen.",
  "problem.FILE_NOT_FOUND": "Die Datei wurde nicht eingelesen.",
  "problem.FILE_INVALID": "Die Datei kann nicht eingelesen werden.",
  "problem.BOOK_CORRUPT":
    "Auf unserer Seite ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.",
  "problem.BOOK_INVALID": "Das exportierte Buch ist nicht stimmig.",
  "problem.BULK_REFUSED": "Ein anderer Teil wurde abgelehnt, daher ist nichts geschehen.",
  "problem.INSUFFICIENT_DATA": "Es gibt nicht genug Daten.",
  "problem.RATE_LIMITED": "Zu viele Anfragen in kurzer Zeit. Versuchen Sie es gleich noch einmal.",
  "problem.HEADERS_TOO_LARGE":
    "Die Anfrage ist nicht lesbar. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "problem.DELEGATION_UNSUPPORTED": "Diese Installation kann nicht in Ihrem Auftrag handeln.",
  "problem.INTERNAL_ERROR":
    "Auf unserer Seite ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.",
  "problem.CONSISTENCY_TIMEOUT":
    "Die Zahlen sind noch nicht auf dem neuesten Stand. Versuchen Sie es gleich noch einmal.",
  "problem.UPLOAD_OFFSET_MISMATCH":
    "Das Hochladen wurde unterbrochen. Wählen Sie die Datei noch einmal.",
  "problem.OVERLOADED": "Der Dienst ist überlastet. Versuchen Sie es gleich noch einmal.",
  "problem.STORAGE_FULL": "Es ist kein Speicherplatz mehr frei. Nichts wurde geschrieben.",
  "problem.READ_ONLY": "Im Moment kann nichts geschrieben werden. Lesen geht weiter.",
  "problem.SUBSCRIPTION_OVERFLOW":
    "Ein Teil des Systems ist nicht verfügbar. Versuchen Sie es gleich noch einmal.",
  "problem.UPSTREAM_INVALID":
    "Auf unserer Seite ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.",
  "problem.UPSTREAM_UNAVAILABLE":
    "Ein Teil des Systems ist nicht verfügbar. Versuchen Sie es gleich noch einmal.",
  "problem.SHUTTING_DOWN":
    "Ein Teil des Systems ist nicht verfügbar. Versuchen Sie es gleich noch einmal.",
  "problem.UPSTREAM_TIMEOUT":
    "Ein Teil des Systems hat nicht rechtzeitig geantwortet. Versuchen Sie es gleich noch einmal.",
  "absent.fund":
    "Einen Fonds mit dieser Kennung gibt es nicht. Wählen Sie einen Fonds aus der Übersicht.",
  "absent.account":
    "Ein Konto mit dieser Kennung gibt es nicht. Wählen Sie ein Konto aus seinem Fonds.",
  "absent.transaction":
    "Eine Buchung mit dieser Kennung gibt es nicht. Wählen Sie eine aus der Liste ihres Fonds.",
  "absent.statement":
    "Einen Auszug mit dieser Kennung gibt es nicht. Wählen Sie einen aus der Liste des Kontos.",
  "absent.valuation":
    "Dieser Fonds hat keine solche Bewertung. Wählen Sie eine aus der Liste seiner NAVs.",
  "absent.investor": "Einen Anleger mit dieser Kennung, den Sie sehen dürfen, gibt es nicht.",
  "absent.instrument":
    "Ein Instrument mit dieser Kennung gibt es nicht. Wählen Sie eines aus der Liste der Märkte.",
  "absent.webhook": "Einen Webhook mit dieser Kennung gibt es nicht.",
  "absent.proposal":
    "Einen Vorschlag mit dieser Kennung gibt es nicht. Wählen Sie einen aus der Liste der Genehmigungen.",
  "absent.simulation":
    "Eine solche Simulation gibt es nicht. Ergebnisse werden 30 Tage aufbewahrt.",
  "absent.range": "Einen solchen Zeitraum gibt es nicht. Wählen Sie einen, den die Seite anbietet.",
  "absent.file": "Eine solche Datei gibt es nicht.",
  "absent.list": "Die Liste ist nicht verfügbar. Versuchen Sie es gleich noch einmal.",
  "refused.name": "Geben Sie einen Namen ein.",
  "refused.reason": "Geben Sie den Grund ein.",
  "refused.valueDate": "Wählen Sie ein Valutadatum.",
  "refused.lastDay": "Wählen Sie den letzten Tag.",
  "refused.lastDayFuture": "Wählen Sie einen letzten Tag in der Zukunft.",
  "refused.accountKind": "Wählen Sie eine Art von Konto.",
  "refused.scope": "Wählen Sie mindestens einen Geltungsbereich.",
  "refused.reload": "Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "refused.nameAndEmail": "Geben Sie einen Namen und eine E-Mail-Adresse ein.",
  "refused.role": "Wählen Sie mindestens eine Rolle.",
  "refused.funds": "Wählen Sie alle Fonds oder mindestens einen.",
  "refused.selection": "Wählen Sie die Buchungen noch einmal aus: Die Auswahl kam nicht an.",
  "refused.approvedInPart": "Gebuchte Zeilen: {posted}. Weiter wartende: {waiting}.",
  "refused.noneChosen": "Wählen Sie mindestens eine Zeile.",
  "refused.moveLine": "Die Nummer einer gebuchten Zeile eingeben.",
  "refused.moveAccount": "Das Konto wählen, auf das sie gehört.",
  "refused.parts": "Für jeden Teil ein Konto und einen Betrag eingeben.",
  "refused.splits": "Für jeden Teil die Nummer der Zeile, ein Konto und einen Betrag eingeben.",
  "refused.whyUndone": "Geben Sie an, warum der Import zurückgenommen wird.",
  "refused.whyOut": "Geben Sie an, warum die Zeilen draußen bleiben.",
  "refused.statementAccount": "Wählen Sie das Konto des Auszugs.",
  "refused.file": "Wählen Sie eine Datei, die nicht leer ist.",
  "refused.amountColumn": "Geben Sie den Namen der Betragsspalte ein, oder die von Soll und Haben.",
  "refused.oneAmountColumn": "Geben Sie entweder die Betragsspalte ein, oder Soll und Haben.",
  "refused.changedReading":
    "Was gelesen wird, hat sich seit der Prüfung geändert: Sehen Sie es unten an und importieren Sie dann.",
  "refused.openReading":
    "Die Datei lässt sich auf mehr als eine Art lesen. Wählen Sie in den markierten Feldern und prüfen Sie sie dann noch einmal.",
  "refused.selected": "Wählen Sie 1 bis 1.000 Buchungen aus.",
};
