import type { Span } from "./account-numbers.ts";
import {
  isDateWord,
  isFounder,
  isMonthName,
  isPlainName,
  isSurname,
  isTelling,
  isTerm,
  nameWord,
  type NameWord,
} from "./name-words.ts";
import { isKnownWord } from "./vocabulary.ts";

/*
 * People whose names are words of purposes: Will Bond, Penny Price, Luz Mercado. What such a name shows is where it
 * stands: behind a title, a salutation or "payee", behind a given name or an initial, before one and a comma.
 */

/** Words by which a name is one of a company. */
export const ORGANISATION =
  /(?<!\p{L})(?:ltd|limited|llc|llp|plc|inc|corp|company|co|gmbh|ag|kg|mbh|ug|ohg|ev|se|sarl|sas|sa|bv|nv|oy|ab|as|aps|spa|srl|sl|slu|bank|banca|banque|banco|fund|funds|fonds|fondo|trust|group|gruppe|groupe|grupo|holding|holdings|services?|solutions?|systems?|management|capital|partners|insurance|versicherung|assurances?|seguros|association|verein|foundation|stiftung|university|council|ministry|office|agency|hotel|restaurant|department|account|konto|compte|cuenta|בנק|בעמ|חברת|קרן|ביטוח)(?!\p{L})/iu;

/** What a name is certain to follow, whatever its words are. */
const NAMED =
  /(?<!\p{L})(?:payee|payer|beneficiary|account holder|holder|cardholder|remitter|attn|attention|fao|c\/o|on behalf of|payable to|favou?r of|empfänger(?:in)?|auftraggeber(?:in)?|begünstigter?|kontoinhaber(?:in)?|inhaber(?:in)?|zugunsten|zu gunsten von|z\.\s?hd\.|i\.\s?a\.|i\.\s?v\.|bénéficiaire|titulaire|donneur d'ordre|de la part de|à l'ordre de|à l'attention de|en faveur de|beneficiari[oa]|ordenante|titular|a favor de|a nombre de|a la atención de|לטובת|לפקודת|לכבוד|מוטב|בעל החשבון|על שם)(?:'s)?(?: name)?[\s:./=-]*$/iu;
const GREETED =
  /(?<!\p{L})(?:dear|hi|hello|regards|sincerely|yours|brother|sister|son|daughter|wife|husband|lieber?|liebes|hallo|geehrter?|grüßen?|grüssen?|gruß|gruss|cher|chère|bonjour|cordialement|salutations|estimad[oa]|querid[oa]|hola|saludos|atentamente|שלום|היקר|היקרה|בברכה)[\s,:]*$/iu;
/** What a person is paid for, or paid by. */
const PAID =
  /(?<!\p{L})(?:salary|salaries|wages?|payroll|bonus|pension|expenses|reimbursement|refund|director(?:'s)? fee|trustee(?:'s)? fee|gehalt|lohn|spesen|auslagen|erstattung|honorar|salaire|rémunération|remboursement|note de frais|honoraires|nómina|nomina|salario|sueldo|reembolso|honorarios|שכר|משכורת|החזר)[\s:]*$/iu;
/** Prepositions of payers and payees. */
const DIRECTED =
  /(?<!\p{L})(?:from|to|by|for|of|von|an|für|de|à|pour|par|a|por|para|del|אל|מאת|עבור|של|ידי)[\s:]*$/iu;

const ADDRESSED = /(?<!\p{L})(?:to|an|à|a|para|אל)\s+$/iu;

const TITLE =
  /(?<!\p{L})(?:mr|mrs|ms|miss|sir|lady|lord|madam|herrn?|hr\.|frau|fr\.|familie|fam\.|mme|mlle|monsieur|madame|maître|señora?|srta\.?|sra?\.|doña|dña\.?|ל?מר|ל?גב'|ל?גברת|אדון)\.?\s+$/iu;
/** Titles that are something else too: what follows has to be a name's word. */
const LEARNED = /(?<!\p{L})(?:dr|prof|don|rev|judge|ra|me)\.?\s+$/iu;

const WORD = /(?<![\p{L}\p{M}\p{N}])[\p{L}\p{M}]+(?:['’"״׳][\p{L}\p{M}]+)*(?![\p{L}\p{M}\p{N}])/gu;
const PARTICLE = /^(?:de|del|la|von|van|der|den|di|da|du|le|bin|ben|ibn|el|al)$/iu;
const CONJUNCTION = /^(?:and|und|et|y|e)$/iu;
const NO_INITIAL = /^[aàyeoild]$/iu;
const CLASS = /^(?:class|klasse|classe|clase|series?|tranche|type|part|cat)$/iu;
const LONGEST = 5;

interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly kind: NameWord;
  /** Written as a name is, as far as the text has capitals of its own. */
  readonly isCapital: boolean;
}

/** Where names of people stand that are made of words which may leave otherwise. */
export function peopleIn(text: string): Span[] {
  const names = new Reading(text).names();
  // Words that are not known are replaced one by one.
  const found = names.filter(({ from, to }) => hasKnownWord(text.slice(from, to)));
  return found.map(({ from, to }) => ({ from, to, sent: "[name]" }));
}

const hasKnownWord = (name: string): boolean =>
  (name.match(WORD) ?? []).some((word) => word.length > 1 && isKnownWord(word));

type Place = "TITLE" | "NAMED" | "GREETED" | "PAID" | "PAIRED" | "DIRECTED" | "START" | "ANY";

/** Where a name is likely. */
const ASKED: ReadonlySet<Place> = new Set(["PAID", "PAIRED", "DIRECTED"]);

/** One text, word by word. */
class Reading {
  readonly #text: string;
  readonly #words: readonly Word[];
  /** The last word of the name that was found last. */
  #end = -1;
  /** Whether the text has both small and capital characters, so that they tell something. */
  readonly #isMixed: boolean;

  constructor(text: string) {
    this.#text = text;
    this.#isMixed = /\p{Ll}{2}/u.test(text) && /\p{Lu}/u.test(text);
    this.#words = [...text.matchAll(WORD)].map(({ index, 0: word }) => ({
      text: word,
      from: index,
      to: index + word.length,
      kind: nameWord(word),
      isCapital: !this.#isMixed || !/^\p{Ll}/u.test(word),
    }));
  }

  names(): { from: number; to: number }[] {
    const names: { from: number; to: number }[] = [];
    for (let at = 0; at < this.#words.length; at += 1) {
      const end = this.#endOfName(at);
      if (end === undefined) continue;
      const first = this.#withPartner(at);
      names.push({ from: this.#words[first]?.from ?? 0, to: this.#words[end]?.to ?? 0 });
      this.#end = end;
      at = end;
    }
    return names;
  }

  /** Place of the last word of a name that begins at a word. */
  #endOfName(at: number): number | undefined {
    const place = this.#placeOf(at);
    const end =
      this.#titled(at, place) ??
      this.#named(at, place) ??
      this.#surnameFirst(at, place) ??
      this.#givenFirst(at, place) ??
      this.#unknownFirst(at, place);
    return end === undefined || this.#isCompany(at, end) ? undefined : end;
  }

  #placeOf(at: number): Place {
    const before = this.#text.slice(0, this.#words[at]?.from);
    if (TITLE.test(before)) return "TITLE";
    if (NAMED.test(before)) return "NAMED";
    if (GREETED.test(before)) return "GREETED";
    if (LEARNED.test(before) && this.#isName(at)) return "TITLE";
    if (this.#isPaired(at)) return "PAIRED";
    if (PAID.test(before)) return "PAID";
    if (DIRECTED.test(before)) return "DIRECTED";
    return at === 0 ? "START" : "ANY";
  }

  /** Whether a word can be one of a name, and is written as one. */
  #isName(at: number): boolean {
    const word = this.#words[at];
    return word?.isCapital === true && (word.kind !== "NONE" || this.#isInitial(at));
  }

  #isInitial(at: number): boolean {
    const word = this.#words[at];
    if (word?.text.length !== 1 || !word.isCapital) return false;
    return this.#hasDot(at) || !NO_INITIAL.test(word.text);
  }

  #hasDot(at: number): boolean {
    return this.#text.charAt(this.#words[at]?.to ?? 0) === ".";
  }

  #kind(at: number): NameWord | undefined {
    return this.#words[at]?.kind;
  }

  #textAt(at: number): string {
    return this.#words[at]?.text ?? "";
  }

  /** What stands between a word and the next. */
  #gap(at: number): string {
    const next = this.#words[at + 1];
    return next === undefined ? "." : this.#text.slice(this.#words[at]?.to, next.from);
  }

  #isJoined(at: number, separator = /^(?:\s|-|\.\s?)$/u): boolean {
    return at + 1 < this.#words.length && separator.test(this.#gap(at));
  }

  #isGiven(at: number): boolean {
    const word = this.#words[at];
    if (word === undefined) return false;
    const isWritten = word.isCapital || (word.kind === "GIVEN" && !isPlainName(word.text));
    return isWritten && (word.kind === "GIVEN" || word.kind === "GIVEN_TOO");
  }

  /** "Mr Price": the word behind a title, and what else is of the name. */
  #titled(at: number, place: Place): number | undefined {
    if (place !== "TITLE" || this.#words[at]?.isCapital === false) return undefined;
    let end = at;
    while (end - at < LONGEST - 1 && this.#isJoined(end) && this.#isName(end + 1)) {
      if (isDateWord(this.#textAt(end + 1)) && !this.#isInitial(end)) break;
      if (isTelling(this.#textAt(end + 1)) && !this.#isGiven(end) && !this.#isInitial(end)) break;
      end += 1;
    }
    return end;
  }

  /** "Beneficiary: Price, Penny": any words of names, when one is no purpose. */
  #named(at: number, place: Place): number | undefined {
    if (place !== "NAMED" && place !== "GREETED") return undefined;
    if (!this.#isName(at)) return undefined;
    let end = at;
    while (
      end - at < LONGEST - 1 &&
      this.#isJoined(end, /^(?:\s|-|,\s?|\.,?\s?)$/u) &&
      this.#isName(end + 1)
    ) {
      end += 1;
    }
    if (end > at && place === "GREETED" && isDateWord(this.#textAt(end))) end -= 1;
    const words = Array.from({ length: end - at + 1 }, (_, offset) => at + offset);
    if (end === at + 1 && words.some((each) => isTelling(this.#textAt(each)))) {
      if (words.some((each) => this.#kind(each) === "UNKNOWN")) return undefined;
    }
    const isShown = words.some((each) => this.#kind(each) !== "SURNAME" || this.#isInitial(each));
    const isAll = end > at && words.every((each) => !isTelling(this.#textAt(each)));
    return isShown || isAll || (place === "GREETED" && end === at) || end > at + 1
      ? end
      : undefined;
  }

  /** "Price, Penny", "BANKS MARK" where a name begins. */
  #surnameFirst(at: number, place: Place): number | undefined {
    const [surname, given] = [this.#words[at], this.#words[at + 1]];
    if (surname === undefined || given === undefined || !isSurname(surname.text)) return undefined;
    const hasComma = this.#isJoined(at, /^,\s?$/u);
    const isInitial = this.#isInitial(at + 1) && this.#hasDot(at + 1);
    if (!surname.isCapital || !(hasComma || this.#isJoined(at, /^\s$/u))) return undefined;
    if (!isInitial && !this.#isGiven(at + 1)) return undefined;
    const follows = this.#kind(at + 2);
    const isOfNext =
      this.#isJoined(at + 1) && (follows === "UNKNOWN" || isSurname(this.#textAt(at + 2)));
    if (isOfNext && !isDateWord(this.#textAt(at + 2))) return undefined;
    if (isMonthName(given.text) || isDateWord(surname.text)) return undefined;
    if (isTerm(surname.text, given.text) || (isTelling(surname.text) && !hasComma))
      return undefined;
    const isSure = hasComma && (isInitial || given.kind === "GIVEN");
    if (isSure || ASKED.has(place) || place === "START") return at + 1;
    return undefined;
  }

  /** "Jane Banks", "Grant T. Bond", "J. Price". */
  #givenFirst(at: number, place: Place): number | undefined {
    if (!this.#isGiven(at) && !this.#isInitial(at)) return undefined;
    if (this.#isBeforeName(at)) return undefined;
    let last = at;
    while (
      last - at < 3 &&
      this.#isJoined(last) &&
      (this.#isGiven(last + 1) ||
        this.#isInitial(last + 1) ||
        PARTICLE.test(this.#textAt(last + 1))) &&
      this.#isJoined(last + 1)
    ) {
      last += 1;
    }
    for (let before = last; before >= at; before -= 1) {
      const end = this.#surnameBehind(at, before, place);
      if (end !== undefined) return end;
    }
    return undefined;
  }

  /** "August Thomas Roe": a month or a purpose before a name that is complete without it. */
  #isBeforeName(at: number): boolean {
    const text = this.#textAt(at);
    if (!isMonthName(text) && !isTelling(text)) return false;
    const isNext = this.#isJoined(at, /^\s$/u) && this.#kind(at + 1) === "GIVEN";
    return isNext && this.#isJoined(at + 1) && this.#isName(at + 2);
  }

  /** The surname behind the given names from one place to another, when together they are a name. */
  #surnameBehind(from: number, last: number, place: Place): number | undefined {
    const at = last + 1;
    const [given, surname] = [this.#textAt(last), this.#words[at]];
    if (surname === undefined || !this.#isJoined(last) || PARTICLE.test(surname.text))
      return undefined;
    const kinds = Array.from({ length: last - from + 1 }, (_, offset) => this.#kind(from + offset));
    const isSure = kinds.includes("GIVEN");
    const isFounded = isSure && isFounder(surname.text);
    const canBeName = surname.kind === "UNKNOWN" || surname.kind === "GIVEN";
    if (!canBeName && !isSurname(surname.text) && !isFounded) return undefined;
    if (!surname.isCapital && !(isSure && !isPlainName(given))) return undefined;
    const isAsked = ASKED.has(place);
    if (isDateWord(surname.text) && !this.#isDatedName(from, at, isSure, place)) return undefined;
    const isName = isSure
      ? true
      : kinds.every((kind) => kind !== "GIVEN_TOO")
        ? this.#isInitialled(from, last, isAsked)
        : this.#isAmbiguousName(from, at, place);
    return isName ? this.#secondSurname(at, isAsked) : undefined;
  }

  /** "Theresa May": a month behind a given name is a date, unless a date follows or nothing does. */
  #isDatedName(from: number, at: number, isSure: boolean, place: Place): boolean {
    const behind = this.#text.slice(this.#words[at]?.to).trim();
    if (/^\d/u.test(behind)) return false;
    if (isDateWord(this.#textAt(at + 1))) return !isMonthName(this.#textAt(from));
    if (isMonthName(this.#textAt(from))) return false;
    if (isSure) return place === "DIRECTED" || !isMonthName(this.#textAt(at));
    return place === "PAIRED" || (place === "PAID" && behind === "");
  }

  #isInitialled(from: number, last: number, isAsked: boolean): boolean {
    if (CLASS.test(this.#textAt(from - 1)) || this.#gap(last) === "-") return false;
    const isLikely =
      !isTelling(this.#textAt(last + 1)) || from === 0 || this.#isInSentence(from, last + 1);
    return isAsked || (this.#hasDot(last) && isLikely);
  }

  /** "Mark Banks" is a name, "mark price" is a term, and "Bill Vodafone" is a bill. */
  #isAmbiguousName(from: number, at: number, place: Place): boolean {
    const isAsked = ASKED.has(place);
    const [given, surname] = [this.#textAt(at - 1), this.#words[at]];
    if (surname === undefined) return false;
    if (from < at - 1 && this.#hasDot(from)) return true;
    if (isMonthName(given)) return this.#isAddressed(from, place, isTelling(surname.text));
    if (surname.kind === "GIVEN") return true;
    if (surname.kind !== "UNKNOWN") {
      return !isTerm(given, surname.text) || (this.#isMixed && this.#isInSentence(from, at));
    }
    return isAsked || (!isTelling(given) && (from === 0 || this.#isInSentence(from, at)));
  }

  /** "to Julio Mesa", "Bill and June Field": a person, where "July" alone would be a date. */
  #isAddressed(from: number, place: Place, telling: boolean): boolean {
    if (place === "PAIRED" || (place === "DIRECTED" && !telling)) return true;
    return this.#isMixed && ADDRESSED.test(this.#text.slice(0, this.#words[from]?.from));
  }

  /** Whether the words around a name are written small: then its capitals mean something. */
  #isInSentence(from: number, at: number): boolean {
    const around = [this.#words[from - 1], this.#words[at + 1]].filter(
      (word) => word !== undefined,
    );
    return this.#isMixed && around.some(({ isCapital }) => !isCapital);
  }

  /** Spanish names have two surnames, others a hyphen. */
  #secondSurname(at: number, isAsked: boolean): number {
    const next = this.#words[at + 1];
    if (next === undefined || !next.isCapital) return at;
    const isHyphen = this.#isJoined(at, /^-$/u);
    if (isHyphen && next.kind !== "NONE") return at + 1;
    if (!this.#isJoined(at, /^\s$/u) || isDateWord(next.text)) return at;
    const isLast = at + 2 === this.#words.length;
    const isSecond = this.#kind(at) === "UNKNOWN" && isSurname(next.text) && !isTelling(next.text);
    return next.kind === "UNKNOWN" || (isSecond && (isAsked || isLast)) ? at + 1 : at;
  }

  /** "to Zofia Banks": of a name that is not known, before a word that is no purpose. */
  #unknownFirst(at: number, place: Place): number | undefined {
    if (!ASKED.has(place)) return undefined;
    const [unknown, surname] = [this.#words[at], this.#words[at + 1]];
    if (unknown?.kind !== "UNKNOWN" || surname === undefined || !unknown.isCapital)
      return undefined;
    if (!this.#isJoined(at, /^\s$/u) || !surname.isCapital || !isSurname(surname.text))
      return undefined;
    return isTelling(surname.text) || isDateWord(surname.text) ? undefined : at + 1;
  }

  /** "Mark & Penny Banks": where the name of the first begins. */
  #withPartner(at: number): number {
    const partner = this.#partnerOf(at);
    return partner !== undefined && this.#isGiven(partner) ? partner : at;
  }

  /** The word in front of "&" or "and". */
  #partnerOf(at: number): number | undefined {
    if (/^\s*[&+]\s*$/u.test(this.#gap(at - 1)) && at > 0) return at - 1;
    const isJoined = at > 1 && this.#isJoined(at - 2, /^\s$/u) && this.#isJoined(at - 1, /^\s$/u);
    return isJoined && CONJUNCTION.test(this.#textAt(at - 1)) ? at - 2 : undefined;
  }

  #isPaired(at: number): boolean {
    const partner = this.#partnerOf(at);
    return partner !== undefined && (this.#isGiven(partner) || partner === this.#end);
  }

  #isCompany(at: number, end: number): boolean {
    const name = this.#text.slice(this.#words[at]?.from, this.#words[end]?.to);
    const behind = /^[\s,&]*(?:\p{L}+\s)?\p{L}*/u.exec(this.#text.slice(this.#words[end]?.to))?.[0];
    const isLong = end > at + 1 && ORGANISATION.test(name);
    return (
      isLong ||
      (behind !== undefined && new RegExp(`^[\\s,&]*${ORGANISATION.source}`, "iu").test(behind))
    );
  }
}
