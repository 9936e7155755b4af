import parser from 'gs1-barcode-parser-mod';
import { gtinOf } from './gtin.ts';

/** What a warehouse needs of a GS1 element string. */
export type ElementString = {
  /** 14 digits: AI 01, or 02 of a logistic unit. */
  readonly gtin?: string;
  /** AI 10. */
  readonly lotNumber?: string;
  /** AI 17: the last day on which it may be used, `YYYY-MM-DD`. */
  readonly expiresOn?: string;
  /** AI 30, or 37 of a logistic unit: pieces. */
  readonly quantity?: number;
};

/** ASCII GS: what a reader sends for the FNC1 that ends an element of variable length. */
const GROUP_SEPARATOR = '\u001d';

/** GS1-128, GS1 DataMatrix, GS1 QR Code, GS1 DataBar and composites, GS1 DotCode (AIM symbology identifiers). */
const GS1_SYMBOLOGY = /^\](?:C1|d2|Q3|e[0-2]|J1)/;

const SYMBOLOGY = /^\][A-Za-z][0-9A-Za-z]/;

/** `A`–`Z`, digits and some signs: what an element may hold (GS1 General Specifications, figure 7.11-1). */
const LOT = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/;

/** Takes off the AIM symbology identifier that some readers put before a code. */
export function withoutSymbology(code: string): string {
  return code.replace(SYMBOLOGY, '');
}

/**
 * The elements of a GS1-128, GS1 DataMatrix or GS1 QR code. Undefined for a code that is none, and for one in which anything that is
 * needed here is wrong (a check digit, a day that does not exist, a lot of 21 characters): half of a misread label is worth nothing.
 *
 * A reader that sends no symbology identifier leaves it open whether digits are an element string: those that begin with a GTIN whose
 * check digit is right, and those with a group separator or in the printed form with brackets, are taken for one.
 *
 * @param today `YYYY-MM-DD`, for the century of a year of two digits
 */
export function readElementString(code: string, today: string): ElementString | undefined {
  const isNamed = GS1_SYMBOLOGY.test(code);
  // Some readers send the leading FNC1, which only says that the code is GS1's, as a group separator too.
  const bare = isNamed ? withoutSymbology(code) : code;
  const body = bare.startsWith(GROUP_SEPARATOR) ? bare.slice(1) : bare;
  if (!isNamed && !looksLikeElements(body)) return undefined;
  const elements = split(body);
  return elements && elements.length > 0 ? meaningOf(elements, today) : undefined;
}

function looksLikeElements(body: string): boolean {
  const startsWithGtin = /^0[12]/.test(body) && gtinOf(body.slice(2, 16)) !== undefined;
  return startsWithGtin || body.includes(GROUP_SEPARATOR) || /^\(\d{2,4}\)/.test(body);
}

function split(body: string): readonly { readonly ai: string; readonly raw: string }[] | undefined {
  try {
    return parser.parseBarcode(body).parsedCodeItems;
  } catch {
    // It throws texts for what is no element string, or names an application identifier that there is not.
    return undefined;
  }
}

function meaningOf(
  elements: readonly { readonly ai: string; readonly raw: string }[],
  today: string,
): ElementString | undefined {
  const readings = elements.map(({ ai, raw }) => meaningOfElement(ai, raw, today));
  if (readings.includes(undefined)) return undefined;
  return Object.assign({}, ...readings);
}

/** What one element says; nothing for those that no warehouse needs, undefined where its value is wrong. */
function meaningOfElement(ai: string, raw: string, today: string): ElementString | undefined {
  switch (ai) {
    case '01':
    case '02': {
      const gtin = raw.length === 14 ? gtinOf(raw) : undefined;
      return gtin === undefined ? undefined : { gtin };
    }
    case '10':
      return LOT.test(raw) ? { lotNumber: raw } : undefined;
    case '17': {
      const expiresOn = dateOf(raw, today);
      return expiresOn === undefined ? undefined : { expiresOn };
    }
    case '30':
    case '37':
      return /^\d{1,8}$/.test(raw) ? { quantity: Number(raw) } : undefined;
    default:
      return {};
  }
}

/** `YYMMDD` as a date; day 00 is the last of the month (GS1 General Specifications 3.4.2 and 7.12). */
function dateOf(raw: string, today: string): string | undefined {
  const [, yy, mm, dd] = /^(\d\d)(\d\d)(\d\d)$/.exec(raw) ?? [];
  if (yy === undefined || mm === undefined || dd === undefined) return undefined;
  const year = fullYear(Number(yy), Number(today.slice(0, 4)));
  const date = new Date(Date.UTC(year, dd === '00' ? Number(mm) : Number(mm) - 1, Number(dd)));
  const isRight = Number(mm) >= 1 && Number(mm) <= 12 && (dd === '00' || date.getUTCDate() === Number(dd));
  return isRight ? date.toISOString().slice(0, 10) : undefined;
}

/** The year with these two digits that lies within 49 years before and 50 years after this one. */
function fullYear(twoDigits: number, thisYear: number): number {
  const century = thisYear - (thisYear % 100);
  const difference = twoDigits - (thisYear % 100);
  if (difference >= 51) return century - 100 + twoDigits;
  return difference <= -50 ? century + 100 + twoDigits : century + twoDigits;
}
