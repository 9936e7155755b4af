export type Language = 'en' | 'de';

/** How people read figures and instants in a language; instants come as ISO 8601 UTC and are shown in the device's time zone. */
export type Formats = {
  /** 1,234 */
  number(value: number): string;
  /** With its sign: +3, −3, 0. */
  change(value: number): string;
  /** 14:30 */
  time(instant: string): string;
  /** 14:30 of today, and the day with it of another. */
  moment(instant: string, now: number): string;
  /** A day without a time: `YYYY-MM-DD`. */
  day(date: string): string;
  /** 12 MB */
  megabytes(bytes: number): string;
  /** By the rules of the language for one and several; `#` stands for the number. */
  counted(count: number, forms: CountedForms): string;
};

export type CountedForms = { readonly one: string; readonly other: string };

/** English is read as in Britain: 24 hours, the day before the month. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** @param timeZone the device's where it is not told */
export function formatsOf(language: Language, timeZone?: string): Formats {
  const locale = LOCALES[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const number = new Intl.NumberFormat(locale);
  const change = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  const megabytes = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const plural = new Intl.PluralRules(locale);
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone });
  const dayOfInstant = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...zone });
  const day = new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const formats: Formats = {
    number: (value) => number.format(value),
    // A hyphen is easily overlooked.
    change: (value) => change.format(value).replace('-', '−'),
    time: (instant) => time.format(new Date(instant)),
    moment(instant, now) {
      const at = new Date(instant);
      const isToday = dayOfInstant.format(at) === dayOfInstant.format(now);
      return isToday ? time.format(at) : `${dayOfInstant.format(at)} ${time.format(at)}`;
    },
    day: (date) => day.format(new Date(`${date}T00:00:00Z`)),
    megabytes: (bytes) => `${megabytes.format(bytes / 1_000_000)} MB`,
    counted: (count, forms) =>
      forms[plural.select(count) === 'one' ? 'one' : 'other'].replace('#', number.format(count)),
  };
  return formats;
}
