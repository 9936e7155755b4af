import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ElementString, readElementString } from './element-string.ts';
import { gtinOf } from './gtin.ts';

const TODAY = '2026-11-22';
const GS = '\u001d';
const GTIN = '04006381333931';

const read: [what: string, code: string, ElementString][] = [
  ['a GTIN in GS1-128', `]C101${GTIN}`, { gtin: GTIN }],
  ['a GTIN without symbology identifier', `01${GTIN}`, { gtin: GTIN }],
  [
    'GS1 DataMatrix, the lot last',
    `]d201${GTIN}1728123110LOT-7`,
    { gtin: GTIN, expiresOn: '2028-12-31', lotNumber: 'LOT-7' },
  ],
  [
    'GS1 DataMatrix, FNC1 after the lot',
    `]d201${GTIN}10LOT-7${GS}17281231`,
    { gtin: GTIN, lotNumber: 'LOT-7', expiresOn: '2028-12-31' },
  ],
  ['the lot first', `]d210LOT-7${GS}01${GTIN}`, { lotNumber: 'LOT-7', gtin: GTIN }],
  ['GS1 QR Code', `]Q301${GTIN}3012`, { gtin: GTIN, quantity: 12 }],
  ['GS1 DataBar', `]e001${GTIN}`, { gtin: GTIN }],
  ['a leading FNC1 sent as GS', `${GS}01${GTIN}10A`, { gtin: GTIN, lotNumber: 'A' }],
  ['a leading FNC1 after the symbology identifier', `]C1${GS}10A`, { lotNumber: 'A' }],
  ['an FNC1 at the end', `]C101${GTIN}10A${GS}`, { gtin: GTIN, lotNumber: 'A' }],
  ['an FNC1 after an element of fixed length', `]C101${GTIN}${GS}10A`, { gtin: GTIN, lotNumber: 'A' }],
  [
    'the printed form',
    `(01)${GTIN}(10)LOT-7(17)281231`,
    { gtin: GTIN, lotNumber: 'LOT-7', expiresOn: '2028-12-31' },
  ],
  ['a pallet: contents and count', `]C102${GTIN}3748`, { gtin: GTIN, quantity: 48 }],
  ['a pallet with its SSCC', `]C10034006381333930089002${GTIN}3748`, { gtin: GTIN, quantity: 48 }],
  ['day 00, the last of the month', `]C101${GTIN}17280200`, { gtin: GTIN, expiresOn: '2028-02-29' }],
  ['a year of the last century', `]C101${GTIN}17990131`, { gtin: GTIN, expiresOn: '1999-01-31' }],
  ['a year of this century, 50 years on', `]C101${GTIN}17760131`, { gtin: GTIN, expiresOn: '2076-01-31' }],
  ['a weight between others', `]C101${GTIN}310300052510A`, { gtin: GTIN, lotNumber: 'A' }],
  ['what no warehouse needs', `]C101${GTIN}21SERIAL${GS}10A`, { gtin: GTIN, lotNumber: 'A' }],
  ['a lot of 20 characters', `]C110${'A'.repeat(20)}`, { lotNumber: 'A'.repeat(20) }],
  ['a lot with brackets and all signs', `]C110a(01)b/c-d_e.f%g`, { lotNumber: 'a(01)b/c-d_e.f%g' }],
  ['a count of 8 digits', `]C13012345678`, { quantity: 12_345_678 }],
];

const notRead: [what: string, code: string][] = [
  ['a wrong check digit', ']C10104006381333932'],
  ['a wrong check digit without symbology identifier', '0104006381333932'],
  ['a GTIN that breaks off', ']C1010400638133'],
  ['a lot of 21 characters', `]C110${'A'.repeat(21)}`],
  ['a lot of no characters', `]C110${GS}17281231`],
  ['a lot with a letter that GS1 does not have', ']C110Ä1'],
  ['a day that does not exist', `]C101${GTIN}17270229`],
  ['a month that does not exist', `]C101${GTIN}17271301`],
  ['a date of letters', `]C101${GTIN}17ABCDEF`],
  ['a date that breaks off', `]C101${GTIN}172701`],
  ['a count of letters', ']C130AB'],
  ['a count that is negative', ']C130-5'],
  ['a count of 9 digits', ']C130123456789'],
  ['an application identifier that does not exist', `]C101${GTIN}8888`],
  ['nothing after the symbology identifier', ']C1'],
  ['nothing', ''],
  ['an EAN-13', '4006381333931'],
  ['an EAN-13 with its symbology identifier', ']E04006381333931'],
  ['a Code 128 that is not GS1’s', `]C001${GTIN}`.slice(0, 10)],
  ['a location that begins like an element', '10-A-05'],
  ['an item id', 'ITEM-12345'],
];

describe('a GS1 element string', () => {
  test.each(read)('with %s is read', (_, code, expected) => {
    expect(readElementString(code, TODAY)).toEqual(expected);
  });

  test.each(notRead)('is not seen in %s', (_, code) => {
    expect(readElementString(code, TODAY)).toBeUndefined();
  });

  test('gives back what was put in, in any order of its elements', () => {
    const digits = fc.stringMatching(/^\d{13}$/);
    const lot = fc.stringMatching(/^[A-Za-z0-9/-]{1,20}$/);
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2076-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        digits,
        lot,
        day,
        fc.nat(99_999_999),
        fc.nat(23),
        (thirteen, lotNumber, date, quantity, order) => {
          const check = [...'0123456789'].find((digit) => gtinOf(thirteen + digit)) ?? '';
          const gtin = thirteen + check;
          const expiresOn = date.toISOString().slice(0, 10);
          const elements = [
            `01${gtin}`,
            `10${lotNumber}${GS}`,
            `17${expiresOn.slice(2).replaceAll('-', '')}`,
            `30${quantity}${GS}`,
          ];
          for (let left = elements.length, rest = order; left > 1; left -= 1) {
            const [taken = ''] = elements.splice(rest % left, 1);
            elements.push(taken);
            rest = Math.floor(rest / left);
          }
          expect(readElementString(`]d2${elements.join('')}`, TODAY)).toEqual({
            gtin,
            lotNumber,
            expiresOn,
            quantity,
          });
        },
      ),
    );
  });

  test('never fails, whatever is scanned', () => {
    const characters = fc.constantFrom(...'0123456789ABCab]()-', GS, ']C1', '01', '10', '17');
    const code = fc.oneof(
      fc.string(),
      fc.array(characters, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(code, (scanned) => void readElementString(scanned, TODAY)),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  ['4006381333931', '04006381333931'],
  ['036000291452', '00036000291452'],
  ['96385074', '00000096385074'],
  ['10614141000415', '10614141000415'],
  ['4006381333932', undefined],
  ['400638133393', undefined],
  ['ITEM-1', undefined],
  ['', undefined],
])('the GTIN of %s is %s', (code, gtin) => {
  expect(gtinOf(code)).toBe(gtin);
});
