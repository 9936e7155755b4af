/** As the browser's user writes numbers and times; the words are English. */
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
  ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
});
const time = new Intl.DateTimeFormat(undefined, {
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function formatNumber(value: number): string {
  return number.format(value).replace('-', '−');
}

/** With its sign: what a transaction changed. */
export function formatChange(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}

/** A share of 0 to 1. Never 100 % unless it is all. */
export function formatShare(share: number): string {
  return percent.format(share < 1 ? Math.min(share, 0.9999) : share);
}

/** A time of the API, in the time of whoever looks; what is no time is told as it is. */
export function formatTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : dayAndTime.format(at);
}

/** Without the day. @param at ms */
export function formatClock(at: number): string {
  return time.format(at);
}

/** Milliseconds as people say them. What is rounded to a whole of the next unit is told in that. */
export function formatDuration(ms: number): string {
  if (rounded(ms, 1) < 1_000) return `${rounded(ms, 1)} ms`;
  if (rounded(ms, 10) < MINUTE) return `${number.format(rounded(ms, 10) / 1_000)} s`;
  if (rounded(ms, 1_000) < HOUR) return inTwo(ms, MINUTE, 'min', 1_000, 's');
  if (rounded(ms, MINUTE) < DAY) return inTwo(ms, HOUR, 'h', MINUTE, 'min');
  return inTwo(ms, DAY, 'd', HOUR, 'h');
}

/** Rounded before it is divided, so that nothing reads `1 min 60 s`. */
function inTwo(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = rounded(ms, small);
  return `${Math.floor(whole / large)} ${largeName} ${(whole % large) / small} ${smallName}`;
}

function rounded(ms: number, to: number): number {
  return Math.round(ms / to) * to;
}

/** How many, of what: `1 line`, `3 lines`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${number.format(count)} ${count === 1 ? one : several}`;
}

/** An identifier of the API as words: `lost-event` is `lost event`. */
export function words(identifier: string): string {
  return identifier.replaceAll('-', ' ');
}
