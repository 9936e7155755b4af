/** Milliseconds between two characters of a hardware scanner at most; nobody types that fast. */
export const SCAN_GAP_MS = 35;

/** A single character is typing, however fast its Enter came. */
const LEAST_CHARACTERS = 2;

/** Longer than any code: what goes on and on is no scan. */
const MOST_CHARACTERS = 600;

/** ASCII GS, the FNC1 within a GS1 code. Readers that send keystrokes send it as Ctrl+]. */
const GROUP_SEPARATOR = '\u001d';

/** Characters that came so fast one after another that they may be a scan. */
export type Burst = { readonly text: string; readonly lastAt: number };

export const NO_BURST: Burst = { text: '', lastAt: Number.NEGATIVE_INFINITY };

/** A key as the browser tells it (`KeyboardEvent`); `at` is milliseconds of a clock that only goes forward. */
export type KeyStroke = {
  readonly key: string;
  readonly ctrlKey?: boolean;
  readonly altKey?: boolean;
  readonly metaKey?: boolean;
  readonly at: number;
};

export type AfterKey = {
  readonly burst: Burst;
  /** The code, when this key was the suffix of a scan. */
  readonly scan?: string;
  /** This key is the first of what may become a scan. */
  readonly isStart: boolean;
  /** This key ends a scan, or came with the one that did: some scanners send two. No person pressed it. */
  readonly isSuffix: boolean;
};

/**
 * Tells a scanner that types (a keyboard wedge, such as DataWedge's keystroke output) from a person: its characters come at most
 * {@link SCAN_GAP_MS} apart, are at least two, and end with Enter or Tab.
 */
export function afterKey(burst: Burst, stroke: KeyStroke): AfterKey {
  const isFast = stroke.at - burst.lastAt <= SCAN_GAP_MS;
  if (stroke.key === 'Enter' || stroke.key === 'Tab') {
    const isScan = isFast && burst.text.length >= LEAST_CHARACTERS && burst.text.length <= MOST_CHARACTERS;
    const isSuffix = isScan || (isFast && burst.text === '');
    const after = isSuffix ? { text: '', lastAt: stroke.at } : NO_BURST;
    return { burst: after, isStart: false, isSuffix, ...(isScan && { scan: burst.text }) };
  }
  const character = characterOf(stroke);
  if (character === undefined) {
    // Shift goes down before a capital letter, and is part of the scan's time.
    const isPart = isFast && burst.text !== '' && MODIFIERS.has(stroke.key);
    return { burst: isPart ? { ...burst, lastAt: stroke.at } : NO_BURST, isStart: false, isSuffix: false };
  }
  const text = isFast ? burst.text + character : character;
  return { burst: { text, lastAt: stroke.at }, isStart: text.length === character.length, isSuffix: false };
}

/** Several characters that an input method put in at once (DataWedge commits a whole code): a fast burst by itself. */
export function afterText(burst: Burst, text: string, at: number): AfterKey {
  const isFast = at - burst.lastAt <= SCAN_GAP_MS;
  return {
    burst: { text: isFast ? burst.text + text : text, lastAt: at },
    isStart: !isFast,
    isSuffix: false,
  };
}

const MODIFIERS = new Set(['Shift', 'Control', 'AltGraph', 'Alt', 'CapsLock']);

function characterOf({ key, ctrlKey, altKey, metaKey }: KeyStroke): string | undefined {
  if (key === GROUP_SEPARATOR || (ctrlKey === true && key === ']')) return GROUP_SEPARATOR;
  // AltGr, by which some layouts write a bracket, is reported as Ctrl and Alt at once.
  const isCommand = metaKey === true || (ctrlKey === true) !== (altKey === true);
  return [...key].length === 1 && !isCommand ? key : undefined;
}

/** Lines of a text that was pasted, without empty ones. */
export function pastedCodes(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
