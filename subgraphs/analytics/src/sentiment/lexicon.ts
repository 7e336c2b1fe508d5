/** The definite article stands in one word with its noun. */
const HEBREW_ARTICLE = /^ה\p{Script=Hebrew}{3}/u;

/**
 * Words of financial news and reports in English, German, French, Spanish and Hebrew, chosen for this
 * project; without accents, umlauts as `ae`. A star stands for any ending, `_` for a hyphen inside a word. A
 * direction word takes its meaning from what moves: "profit fell" is bad, "losses fell" is good.
 */
export class WordList {
  readonly #words = new Set<string>();
  readonly #stems = new Set<string>();
  readonly #shortest: number;

  constructor(text: string) {
    for (const written of text.trim().split(/\s+/)) {
      const word = written.replaceAll("_", " ");
      if (word.endsWith("*")) this.#stems.add(word.slice(0, -1));
      else this.#words.add(word);
    }
    this.#shortest = Math.min(99, ...[...this.#stems].map((stem) => stem.length));
  }

  has(word: string): boolean {
    return this.#lists(word) || (HEBREW_ARTICLE.test(word) && this.#lists(word.slice(1)));
  }

  #lists(word: string): boolean {
    if (this.#words.has(word)) return true;
    for (let length = this.#shortest; length <= word.length; length += 1) {
      if (this.#stems.has(word.slice(0, length))) return true;
    }
    return false;
  }
}

export const UP = new WordList(`
  rise rises rose risen rising increase increases increased increasing grow grows grew grown growing growth gain gains
  gained climb climbs climbed climbing jump jumps jumped jumping surge surges surged surging soar soars soared soaring
  higher up expand expands expanded widen widens widened widening double doubled doubles doubling triple* exceed exceeds
  exceeded accelerate accelerated advance advances advanced rally rallies rallied escalate escalated mounting swell
  swelled inflows record raise raises raised lift lifts lifted boost boosts boosted leap* spike spikes spiked
  stieg* steig* gestiegen* wuchs* waechst gewachsen* zugelegt legte zunahm* zugenommen* erhoeh* kletter* verdoppel*
  verdreifach* hoeher* zulegen ausgeweitet* anstieg* zuwachs rekord* sprang gesteigert* steiger*
  augment* hausse progress* croissance croit bondi* bondit grimp* accru* doubl* accroit accelere* elargi* releve*
  hausses superieur* envol* tripl*
  aument* sub* crec* crecimiento increment* elev* dispar* alza repunt* duplic* triplic* ampli* super* mejor* mayor
  עלה עלתה עלו עולה עליה עלייה זינק* זינוק גדל גדלה גדלו גידול צמח צמחה צמיחה הוכפל* העלה העלתה הועל* קפץ קפצה התרחב* הגדיל* טיפס*`);

export const DOWN = new WordList(`
  fall falls fell fallen falling decrease decreases decreased decreasing decline declines declined declining drop drops
  dropped dropping lower lowers lowered down shrink shrinks shrank shrunk narrow narrows narrowed narrowing slump slumped
  slumps plunge plunged plunges plunging tumble tumbles tumbled slide slides slid sliding slipped slips slip reduce
  reduces reduced reduction halve halves halved cut cuts ease eased eases contracted contract contracts retreated sank
  sink sinks sinking dipped dip dips lost eroded tightened weakened shed sheds crash* shrinking
  fiel fielen faellt fallen gefallen sank sanken sinkt gesunken* gesenkt* senk* rueckgang rueckgaeng* rueckl* verringer*
  reduzier* halbier* schrumpf* geschrumpft* einbr* brach abnahm* abgenommen* niedriger* gekuerzt* kuerz* minus verlor*
  verengt* gefallene sturz* stuerz*
  baiss* abaiss* recul* diminu* chut* repli* tomb* inferieur* reduit* reduc* resserr* decroit* plong* contracte* amput* fondu*
  baj* cae caen cay* caid* disminu* descen* reduj* reduc* reduce* retroce* desplom* hund* recort* contra* menor menos
  merm*
  ירד ירדה ירדו יורד* ירידה צנח* צניחה קטן קטנה קטנו קיטון התכווצ* הפחית* קוצצ* הורד* הוריד הצטמצמ* הצטמצם פחת* נפל נפלה נפלו צמצמ* צמצום`);

/** The part that ends the clause, with the direction that the two have together. */
type Directions = Readonly<Record<string, 1 | -1>>;

/** German verbs whose direction stands at the end of the clause: "die Kosten nahmen im Mai ab". */
const SEPARABLE_VERBS: readonly (readonly [verb: string, directions: Directions])[] = [
  ["ging gingen geht gehen", { zurueck: -1 }],
  ["nahm nahmen nimmt nehmen", { zu: 1, ab: -1 }],
  ["legte legten legt legen", { zu: 1 }],
  ["hob hoben hebt heben", { an: 1 }],
  ["setzte setzten setzt setzen", { herauf: 1, hoch: 1, herab: -1 }],
  ["schraubte schraubten schraubt", { hoch: 1, herauf: 1, zurueck: -1 }],
  ["fuhr fuhren faehrt fahren", { hoch: 1, zurueck: -1, herunter: -1 }],
  ["brach brachen bricht brechen", { ein: -1, weg: -1 }],
  ["baute bauten baut bauen", { aus: 1, ab: -1 }],
  ["weitete weiteten weitet weiten", { aus: 1 }],
  ["stockte stockten stockt", { auf: 1 }],
  ["zog zogen zieht ziehen", { an: 1 }],
  ["liess liessen laesst lassen", { nach: -1 }],
];

export const SEPARABLE = SEPARABLE_VERBS.map(([verb, directions]) => ({
  verb: new WordList(verb),
  directions: new Map(Object.entries(directions)),
}));

/** Words that begin another clause of a German sentence. */
export const CLAUSE = new Set("und aber doch waehrend nachdem weil obwohl denn sowie".split(" "));

/** More of it is good. */
export const GOOD_THINGS = new WordList(`
  profit profits earnings eps revenue revenues sales income margin margins nav value assets dividend dividends cash
  liquidity return returns performance subscriptions inflow inflows demand orders order bookings backlog yield turnover
  ebitda ebit ebita surplus share shares stock stocks portfolio fund funds coverage distributions savings guidance
  outlook rating commitments bookings_to_bill utilisation utilization passengers inflow_rate solvency occupancy volume volumes customers exports equity
  gewinn* ergebnis* umsatz umsaetze* erloes* marge* ueberschuss rendite* dividende* auftragseingang* absatz nachfrage
  kurs* aktie* mittelzufluss* zufluss* eigenkapital ertrag ertraege* prognose* ausblick vermoegen* betriebsergebnis* quartalsgewinn
  benefice* resultat* chiffre chiffres ventes revenu* recettes rendement* commandes demande collecte encours tresorerie
  prevision* objectif* perspective* actif* action titre titres bpa liquidite*
  beneficio* ganancia* ventas ingreso* facturacion margen* rentabilidad dividendo* pedidos demanda patrimonio accion
  prevision* objetivo* perspectiva* acciones resultado* cotizacion liquidez entradas bpa
  רווח רווחי הרווח הכנסות ההכנסות הכנסה מכירות המכירות תשואה התשואה דיבידנד מרווח הזמנות ביקוש נכסים מניה מניית המניה
  מחזור ebitda מניות תפוסה התפוסה הון תחזית התחזית תחזיות התחזיות`);

/** More of it is bad. */
export const BAD_THINGS = new WordList(`
  loss losses cost costs expense expenses debt debts default defaults impairment impairments writedown writedowns
  redemptions outflow outflows risk risks volatility drawdown drawdowns fees charges arrears deficit unemployment
  inflation delinquencies provisions leverage bankruptcies delays vacancies vacancy claims penalties shortfall exposure
  errors complaints burn overdraft liabilities borrowings churn combined cost_to_income loan_to_value non_performing npl
  npls overruns inventories backlog_of_claims foreclosures insolvencies write_downs write_offs injuries emissions
  verlust* fehlbetrag* kosten* aufwand aufwendungen schulden verschuldung* abschreibung* rueckstell* ausfall* ausfaelle*
  risiko risiken zinslast defizit* arbeitslos* mittelabfluss* abfluss* leerstand* wertberichtigung* kosten_ertrags_quote schadenquote* fehlzeiten* kuendigung* insolvenzquote
  perte* cout* charge* dette* endettement depreciation* provision* defaut* deficit chomage impaye* decollecte rachats vacance sinistralite coefficient
  perdida* coste* costo* gasto* deuda* endeudamiento morosidad deterioro* provisiones riesgo* paro impagos salidas desocupacion siniestralidad apalancamiento
  הפסד הפסדי ההפסד הפסדים עלויות העלויות הוצאות ההוצאות חוב החוב חובות גירעון סיכון אבטלה הפרשות מחיקות פדיונות פיגורים`);

export const POSITIVE = new WordList(`
  beat beats outperform outperforms outperformed upgrade upgrades upgraded strong stronger strongest robust solid improve
  improves improved improvement improving recover recovers recovered recovery success successful successfully profitable
  favourable favorable approved award awarded won exceeded resilient healthy attractive confident optimistic positive
  breakthrough secured oversubscribed milestone rebound rebounds rebounded excellent best win wins repaid resolved
  wins landmark outpaced strengthen* pleased satisfied saves savings award* lands
  uebertraf* uebertroffen* stark* verbesser* erfolg* erholt* erholung* gewann gewonnen zuversicht* optimist* robust*
  erfreulich* positiv* aufgewertet* heraufgestuft* profitabel* hochgestuft* ueberzeichnet*
  solide* fort forte ameliore* amelioration reussi* succes remport* optimist* depass* rebond* favorable* rentable*
  solido* fuerte* mejora mejoro exito* gano ganado optimist* superado rebote* recupera* favorable* rentable positivo*
  התאושש* חזק חזקה חזקים שיפור השתפר* שיפר* הצלחה זכתה זכה הצליח* אופטימי* חיובי*`);

export const NEGATIVE = new WordList(`
  miss misses missed underperform underperformed underperforms downgrade downgrades downgraded weak weaker weakest
  weakness poor worse worst bankruptcy bankrupt insolvency insolvent fraud fraudulent lawsuit litigation sanction
  sanctions sanctioned fine fined investigation probe probes breach breached warning warns warned suspend suspended
  suspends suspension terminated disappointing disappointed adverse unfavourable uncertain uncertainty crisis illiquid
  gated overdue negative dispute misconduct restated halted closure layoffs defaulted write-off qualified failed fails
  shortfall concern concerns woes turmoil lays hurt hurts harm* weaken* weigh* burden* collapse* brink redundan* slashes
  scraps recall* resign* unable suffer* damages strike* cancelled cancels thinner overdue loses
  schwach* schwaech* enttaeusch* verfehl* insolven* konkurs* pleite* betrug* klage* ermittlung* warnt warnte warnung
  gewinnwarnung* krise* herabgestuft* abgestuft* belast* streik* entlassung* stellenabbau ausgesetzt* verschlechter* ungewiss*
  faibl* decev* decu* faillite* fraude* plainte* enquete* avertissement* crise* degrad* liquidation suspendu* suspension
  licenciement* deteriore* inquiet*
  debil* decepcion* quiebra* fraude* demanda* investigacion* advert* advierte crisis rebaj* suspend* despido* concurso
  multa* incumpl* empeor* incertidumbre preocup*
  חלש חלשה אכזב* אכזבה פשיטת קריסה הונאה תביעה חקירה אזהרה אזהרת משבר הורדה הורידה השעה הושע* פיטורים קנס חדלות חשש`);

/** Turn the next few words around. */
export const NEGATION = new WordList(`
  not no never without neither nor cannot hardly avoided avoids despite didn
  doesn isn wasn won don
  nicht kein* ohne nie trotz
  pas sans aucun* jamais malgre
  sin nunca ningun* pese
  לא אין ללא בלי אף`);

/** Turn around the verb that they follow: "stieg nicht", "ne baisse pas". */
export const NEGATION_AFTER = new Set(["nicht", "nie", "pas", "jamais"]);

/** Direction words that stand before what moves: "rising costs", "cut its debt", "baisse des ventes". */
export const BEFORE_THING = new WordList(`
  lower higher rising falling increased reduced growing declining growth decrease rise fall drop increase decline cut cuts
  reduce reduces reduced lower lowers lowered raise raises raised lift lifts lifted boost boosts boosted hikes expand
  expands narrow widen shed sheds lost slashes tightened doubled record
  senkt* senken hebt erhoeht* steigert* kuerzt* streicht* hoeher* niedriger* sinkende* steigende* gestiegene* gesunkene*
  rueckgang anstieg zuwachs
  hausse baisse augmentation recul progression releve* abaisse* reduit* reduc* chute croissance
  aumento caida subida alza reduccion eleva recorta rebaja reduce mayor menor crecimiento descenso
  העלתה הורידה הגדילה קיצצה עליית ירידת צמצום עלייה ירידה גידול`);

/** What may come, not what came. */
export const HEDGE = new WordList(`
  may might could would expects expected expect forecast forecasts likely possibly perhaps should aims plans
  koennte* duerfte* erwart* voraussicht* moeglicherweise soll plant
  pourrait* devrait* prevoit attend attendu* probablement
  podria* deberia* espera preve probablemente
  עשוי* עלול* צפוי* צופה* ייתכן אולי`);
