import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterKey, afterText, type KeyStroke, NO_BURST, pastedCodes, SCAN_GAP_MS } from './wedge.ts';

const TEAPOT = '4006381333931';

/** Codes that are heard while keys come, each so many milliseconds after the one before. */
function heard(keys: readonly (string | Omit<KeyStroke, 'at'>)[], gap: number): string[] {
  let burst = NO_BURST;
  let at = 1_000;
  const scans: string[] = [];
  for (const key of keys) {
    at += gap;
    const after = afterKey(burst, typeof key === 'string' ? { key, at } : { ...key, at });
    burst = after.burst;
    if (after.scan !== undefined) scans.push(after.scan);
  }
  return scans;
}

describe('A scan', () => {
  test('is characters that come faster than anybody types, with Enter or Tab at the end', () => {
    expect(heard([...TEAPOT, 'Enter'], SCAN_GAP_MS)).toEqual([TEAPOT]);
    expect(heard([...TEAPOT, 'Tab'], 1)).toEqual([TEAPOT]);
    expect(heard([...'B1', 'Enter'], SCAN_GAP_MS)).toEqual(['B1']);
  });

  test('may end with two keys, of which the second is no key of a person either', () => {
    const { burst } = afterText(NO_BURST, TEAPOT, 100);
    const first = afterKey(burst, { key: 'Tab', at: 110 });
    const second = afterKey(first.burst, { key: 'Enter', at: 120 });
    expect(second).toMatchObject({ isSuffix: true });
    expect(second.scan).toBeUndefined();
    expect(afterKey(second.burst, { key: 'Enter', at: 900 }).isSuffix).toBe(false);
    expect(heard([...TEAPOT, 'Enter', 'Enter', ...'B-07', 'Enter'], 5)).toEqual([TEAPOT, 'B-07']);
  });

  test.each([
    ['typed by a person', [...TEAPOT, 'Enter'], SCAN_GAP_MS + 1],
    ['of one character', ['1', 'Enter'], 1],
    ['without a suffix', [...TEAPOT], 1],
    ['nothing but Enter', ['Enter', 'Enter'], 1],
    ['of 601 characters', [...'x'.repeat(601), 'Enter'], 1],
    ['of commands', ['a', 'b', 'c', 'd'].map((key) => ({ key, ctrlKey: true })), 1],
  ])('is not %s', (_, keys, gap) => {
    expect(heard(keys, gap)).toEqual([]);
  });

  test('may have capital letters, for which the scanner presses Shift', () => {
    expect(heard(['Shift', 'A', 'Shift', 'B', '-', '0', '1', 'Enter'], 5)).toEqual(['AB-01']);
  });

  test('may have a group separator, which is sent as Ctrl+]', () => {
    const separator = { key: ']', ctrlKey: true };
    expect(heard([...'0104', 'Control', separator, ...'10L', 'Enter'], 5)).toEqual(['0104\u001d10L']);
  });

  test('may have characters that a keyboard writes with AltGr', () => {
    expect(heard([...'ab', { key: ']', ctrlKey: true, altKey: true }, ...'cd', 'Enter'], 5)).toHaveLength(1);
  });

  test('begins anew after what was typed before', () => {
    let { burst } = afterKey(NO_BURST, { key: '7', at: 0 });
    for (const [index, key] of [...TEAPOT].entries()) ({ burst } = afterKey(burst, { key, at: 500 + index }));
    expect(afterKey(burst, { key: 'Enter', at: 520 }).scan).toBe(TEAPOT);
  });

  test('may be put in at once by an input method, with Enter after it', () => {
    const { burst, isStart } = afterText(NO_BURST, TEAPOT, 100);
    expect(isStart).toBe(true);
    expect(afterKey(burst, { key: 'Enter', at: 110 }).scan).toBe(TEAPOT);
    expect(afterKey(burst, { key: 'Enter', at: 900 }).scan).toBeUndefined();
  });

  test('is every code of printable characters, whatever was typed before it', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(
        printable,
        printable.filter((code) => code.length >= 2 && code.length < 500),
        (before, code) => {
          let burst = NO_BURST;
          let at = 0;
          const press = (key: string, gap: number) => {
            at += gap;
            ({ burst } = afterKey(burst, { key, at }));
          };
          for (const key of before) press(key, 120);
          press('Control', 120);
          for (const key of code) press(key, 8);
          expect(afterKey(burst, { key: 'Enter', at: at + 8 }).scan).toBe(code);
        },
      ),
    );
  });
});

test('lines that are pasted are codes, whatever ends them', () => {
  expect(pastedCodes(' 111\r\n222\n\n\t333 \r444')).toEqual(['111', '222', '333', '444']);
  expect(pastedCodes('\n \n')).toEqual([]);
});
