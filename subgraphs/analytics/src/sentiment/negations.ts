import type { Comparison } from "./figures.ts";
import type { Lexeme } from "./lexemes.ts";
import {
  BAD_THINGS,
  BEFORE_THING,
  DOWN,
  GOOD_THINGS,
  NEGATION_AFTER,
  NEGATIVE,
  POSITIVE,
  UP,
  WordList,
} from "./lexicon.ts";

const NOT = new WordList(`
  not no never neither nor cannot hardly didn doesn isn wasn won don hasn haven weren aren couldn
  nicht kein* nie weder noch pas jamais aucun* ni no nunca ningun* tampoco לא אין אף`);
/** Nothing came of what these stand before: "failed to grow", "avoided a loss". */
const FAILED = new WordList(
  "fail failed fails failing unable avoid* vermied* vermeid* evit* נמנע*",
);
/** "Not only": what follows did happen. */
const ONLY = new Set(["only", "nur", "seulement", "solo", "solamente", "רק"]);
/** What follows is conceded. */
const DESPITE = new Set("despite although though trotz obwohl malgre pese aunque למרות".split(" "));
/** What follows is another statement: "it is not surprising that profits rose". */
const THAT = new Set(["that", "dass", "que", "כי"]);
/** Nouns that are denied behind: "a recovery is not in sight". */
const PROSPECTS = new WordList(`
  growth recovery improvement wachstum erholung besserung croissance reprise amelioration crecimiento recuperacion mejora
  צמיחה התאוששות שיפור`);

/** Reached when affirmed, missed when negated; what moves has words of its own. */
const REACHED = new WordList(`
  meet meets met reach reached achieve* attain* materialise* materialize* fulfil* repaid stabilise* sufficient
  erfuell* erreich* ausreichend* zurueckgezahlt gesteigert* atteint* rempli* rembours* suffisant*
  alcanz* cumpl* logr* suficiente* mejor* הושג* הושלמ* השתפר* צמחו`);
/** The same of what is feared. */
const SUFFERED = new WordList(`
  loss_making unprofitable breach* downgrade* default_on defizitaer* roten deficitaire* deficitari* הופר*`);
/** A thing after one of these was had: "did not incur any losses". */
const HAD = new WordList(`
  incur* suffer* record recorded report reported post posted make made generate generated pay paid see seen find found
  have had avoid* erlitten erleid* verzeichne* gab gibt vermied* subi* enregistr* constat* vers* connu evit*
  gezahlt* ausgezahlt* sufr* registr* pag* tuv* obtuv* hubo hay רשמ* נרשמ* ספג* נמנע*`);
const WANTED = new WordList(`
  profit profits dividend dividends gewinn* dividende* benefice* beneficio* ganancia* dividendo* רווח רווחים דיבידנד`);

const THING_REACH = 7;
const NOT_REACH = 4;
const SIZE = 0.1;

interface Statement {
  readonly sign: 1 | -1;
  readonly isNegated: boolean;
  readonly words: string;
}

/** "Sales did not grow", "the covenant was not breached": only when all that is stated points one way. */
export function negationsIn(lexemes: readonly Lexeme[]): Comparison[] {
  const conceded = lexemes.findIndex(({ word }) => DESPITE.has(word));
  const words = (conceded > 0 ? lexemes.slice(0, conceded) : lexemes).filter(
    ({ word }) => word !== "",
  );
  const statements = words.flatMap((_, at) => statementAt(words, at) ?? []);
  const first = statements.find(({ isNegated }) => isNegated);
  if (first === undefined || statements.some(({ sign }) => sign !== first.sign)) return [];
  return [{ sign: first.sign, size: SIZE, words: first.words }];
}

function statementAt(words: readonly Lexeme[], at: number): Statement | undefined {
  const { word, shown } = words[at] as Lexeme;
  const not = negationBefore(words, at);
  const had = hadAt(words, at);
  if (had !== undefined) return had;
  const direction = UP.has(word) ? 1 : DOWN.has(word) ? -1 : undefined;
  const thing = direction && thingNear(words, at);
  const sign = direction && thing ? direction * thing.polarity : signOf(word);
  if (sign === undefined) return undefined;
  const text = thing ? `${thing.shown} ${shown}` : shown;
  const denied = not ?? negationBehind(words, at);
  return denied === undefined
    ? { sign: sign as 1 | -1, isNegated: false, words: text }
    : { sign: -sign as 1 | -1, isNegated: true, words: `not ${text}` };
}

function signOf(word: string): 1 | -1 | undefined {
  if (SUFFERED.has(word) || (NEGATIVE.has(word) && !FAILED.has(word))) return -1;
  return REACHED.has(word) || PROSPECTS.has(word) || POSITIVE.has(word) ? 1 : undefined;
}

/** "Stieg nicht", "a recovery is not in sight". */
function negationBehind(words: readonly Lexeme[], at: number): Lexeme | undefined {
  const { word } = words[at] as Lexeme;
  if (PROSPECTS.has(word)) return words.slice(at + 1, at + 4).find((each) => NOT.has(each.word));
  const next = words[at + 1];
  const moves = UP.has(word) || DOWN.has(word);
  return moves && next !== undefined && NEGATION_AFTER.has(next.word) ? next : undefined;
}

/** What there is none of, because it was not had. */
function hadAt(words: readonly Lexeme[], at: number): Statement | undefined {
  const { word, shown } = words[at] as Lexeme;
  const sign = BAD_THINGS.has(word) ? 1 : WANTED.has(word) ? -1 : undefined;
  const behind = words.slice(at + 1, at + 5).find((each) => NOT.has(each.word));
  const not = sign && (negationBefore(words, at) ?? behind);
  if (sign === undefined || not === undefined) return undefined;
  const around = words.slice(Math.max(0, at - NOT_REACH), at + 7);
  const isHad = around.some((each) => HAD.has(each.word));
  const moves = words.some((each) => UP.has(each.word) || DOWN.has(each.word));
  return isHad && !moves ? { sign, isNegated: true, words: `${not.shown} ${shown}` } : undefined;
}

/** The word that negates what stands at a place; two of different kinds cancel each other out. */
function negationBefore(words: readonly Lexeme[], at: number): Lexeme | undefined {
  const other = words.findLastIndex(({ word }, place) => place < at && THAT.has(word));
  const from = Math.max(0, at - NOT_REACH, other + 1);
  const before = words.slice(from, at);
  const not = before.find(
    (each, place) => NOT.has(each.word) && !ONLY.has(words[from + place + 1]?.word ?? ""),
  );
  const failed = before.filter((each) => FAILED.has(each.word));
  const isFailed = failed.length % 2 === 1;
  return (not !== undefined) === isFailed ? undefined : (not ?? failed[0]);
}

/** The nearest thing on either side, the side first where such a word has it. */
function thingNear(words: readonly Lexeme[], at: number) {
  const side = BEFORE_THING.has(words[at]?.word ?? "") ? 1 : -1;
  for (let distance = 1; distance <= THING_REACH; distance += 1) {
    for (const place of [at + side * distance, at - side * distance]) {
      const found = words[place];
      if (found === undefined) continue;
      if (BAD_THINGS.has(found.word)) return { shown: found.shown, polarity: -1 };
      if (GOOD_THINGS.has(found.word)) return { shown: found.shown, polarity: 1 };
    }
  }
  return undefined;
}
