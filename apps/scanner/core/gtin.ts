const LENGTHS: readonly number[] = [8, 12, 13, 14];

/**
 * A GTIN of 8, 12, 13 or 14 digits with a right check digit, as its 14 digits: the same item number in an EAN-13 bar code and in a
 * GS1 element string. Undefined for anything else. (GS1 General Specifications 3.3.2 and 7.9.1.)
 */
export function gtinOf(code: string): string | undefined {
  if (!LENGTHS.includes(code.length) || !/^\d+$/.test(code)) return undefined;
  const padded = code.padStart(14, '0');
  const sum = [...padded].reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1),
    0,
  );
  return sum % 10 === 0 ? padded : undefined;
}
