/** What must not be. `lost`, `doubled` and `oversold` make the verdict; `wrong` is whatever else fails the campaign. */
export type FindingKind = 'lost' | 'doubled' | 'oversold' | 'wrong';

export type Finding = {
  readonly kind: FindingKind;
  /** How many it stands for. */
  readonly count: number;
  readonly text: string;
  /** All that the text gives examples of. */
  readonly names?: readonly string[];
};

/** What a check found, and what it saw that has an explanation. Lines for a person. */
export type Checked = { readonly findings: readonly Finding[]; readonly seen: readonly string[] };

/** With what a check tells how far it is, and hears that it has to end. */
export type Checking = { readonly tell: (state: string) => void; readonly signal: AbortSignal };

const EXAMPLES = 5;

/** A finding about so many, with the first of them; none for none. */
export function findingAbout(kind: FindingKind, what: string, names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  const more = names.length > EXAMPLES ? ', …' : '';
  const text = `${what}: ${names.slice(0, EXAMPLES).join(', ')}${more}`;
  return [{ kind, count: names.length, text, names }];
}

/** How many all findings of a kind stand for. */
export function countOf(kind: FindingKind, findings: readonly Finding[]): number {
  return findings.filter((one) => one.kind === kind).reduce((total, { count }) => total + count, 0);
}

/** A line of the report. */
export function findingText({ kind, count, text }: Finding): string {
  return `NOT RIGHT (${kind}, ${countText(count)}): ${text}`;
}

export function countText(count: number): string {
  return count.toLocaleString('en');
}
