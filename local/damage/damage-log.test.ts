import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Damage, openDamageLog, readDamageLog } from './damage-log.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-damage-'));
  file = join(folder, 'damage.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const DELAYED: Damage = {
  ...{
    kind: 'delay',
    itemId: 'ITEM-1',
    warehouseId: 'WH-001',
    locationId: 'A-01',
    lotNumber: null,
    version: 1,
  },
  ...{ class: 'missing', classOnceMoved: 'lost-event', detail: 'The event left 900 ms later.' },
};

describe('the log of damages', () => {
  test('tells what was done, in the order in which it was', () => {
    const log = openDamageLog(file);
    expect([log.write({ ...DELAYED, kind: 'drop' }), log.write(DELAYED)]).toEqual([1, 2]);
    expect(readDamageLog(file)).toEqual(log.damages());
    expect(readDamageLog(file)).toMatchObject([
      { number: 1, kind: 'drop' },
      { number: 2, kind: 'delay' },
    ]);
  });

  test('has a delayed event as lost until it has arrived', () => {
    const log = openDamageLog(file);
    const number = log.write(DELAYED);
    expect(readDamageLog(file)).toMatchObject([{ class: 'missing' }]);
    log.delivered(number);
    expect(readDamageLog(file)).toEqual(log.damages());
    expect(readDamageLog(file)).toMatchObject([{ kind: 'delay', class: null }]);
  });

  test('starts anew', () => {
    openDamageLog(file).write(DELAYED);
    expect(openDamageLog(file).damages()).toEqual([]);
    expect(readDamageLog(file)).toEqual([]);
  });

  test('is refused by name and line where it is something else', () => {
    expect(() => readDamageLog(file)).toThrow(/damage\.jsonl cannot be read/);
    openDamageLog(file).write(DELAYED);
    for (const line of ['{"number":', '7', '{}']) {
      appendFileSync(file, `${line}\n`);
      expect(() => readDamageLog(file)).toThrow(/^Line 2 of .*damage\.jsonl is not of a log/);
      openDamageLog(file).write(DELAYED);
    }
  });
});
