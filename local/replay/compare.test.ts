import { describe, expect, test } from 'vitest';
import { comparePositions } from './compare.ts';

type Figures =
  Parameters<typeof comparePositions>[0] extends AsyncIterable<infer Position> ? Position : never;

const position = (over: Partial<Figures> = {}): Figures => ({
  ...{
    itemId: '22086',
    warehouseId: 'WH-001',
    locationId: 'A-01-01',
    lotNumber: null,
    onHand: 5,
    version: 3,
  },
  ...over,
});

async function* list(...positions: Figures[]): AsyncGenerator<Figures> {
  yield* positions;
}

describe('comparing the WMS with the cloud', () => {
  test('counts every position of either side, whatever their order', async () => {
    const other = position({ lotNumber: 'LOT-2011-Q4' });
    const result = await comparePositions(list(position(), other), list(other, position()));
    expect(result).toEqual({ compared: 2, different: 0, differences: [], progress: 6 });
  });

  test.each([
    [
      'another figure',
      [position()],
      [position({ onHand: 4 })],
      '22086/WH-001/A-01-01: the WMS has 5 pieces (version 3), the cloud 4 pieces (version 3)',
    ],
    [
      'another version',
      [position()],
      [position({ version: 2 })],
      '22086/WH-001/A-01-01: the WMS has 5 pieces (version 3), the cloud 5 pieces (version 2)',
    ],
    [
      'a position that the cloud does not know',
      [position()],
      [],
      '22086/WH-001/A-01-01: the WMS has 5 pieces (version 3), the cloud does not know it',
    ],
    [
      'a position that the WMS does not know',
      [],
      [position({ lotNumber: 'L1' })],
      '22086/WH-001/A-01-01/L1: the WMS does not know it, the cloud has 5 pieces (version 3)',
    ],
  ])('tells %s', async (_, wms, cloud, difference) => {
    const result = await comparePositions(list(...wms), list(...cloud));
    expect(result).toMatchObject({ compared: 1, different: 1, differences: [difference] });
  });

  test('takes a position at zero that the WMS does not know for what it is: a correction', async () => {
    const result = await comparePositions(list(), list(position({ onHand: 0 })));
    expect(result).toMatchObject({ compared: 1, different: 0 });
  });

  test('lists the first 20 differences and counts the rest', async () => {
    const wms = Array.from({ length: 25 }, (_, index) => position({ itemId: String(index) }));
    const result = await comparePositions(list(...wms), list());
    expect(result.different).toBe(25);
    expect(result.differences).toHaveLength(20);
  });
});
