import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventIdOf } from '../../apps/wms-adapter/booking/event-id.ts';
import { newEventTally } from './event-tally.ts';

test('The tally knows how many events arrived and how many different ones, in whatever order', () => {
  const eventId = fc
    .tuple(fc.constantFrom('20261115', '20261116', '20261231'), fc.integer({ min: 1, max: 200_000 }))
    .map(([day, number]) => eventIdOf(day, number));
  fc.assert(
    fc.property(
      fc.array(eventId, { maxLength: 200 }),
      fc.array(fc.nat(), { maxLength: 200 }),
      (ids, again) => {
        const repeats = again.flatMap((index) => ids[index % Math.max(1, ids.length)] ?? []);
        const tally = newEventTally();
        for (const id of [...ids, ...repeats]) tally.note(id);
        expect(tally.noted()).toBe(ids.length + repeats.length);
        expect(tally.different()).toBe(new Set(ids).size);
      },
    ),
  );
});

test('The tally counts a day of very many events', () => {
  const tally = newEventTally();
  for (let number = 1; number <= 200_000; number += 1) tally.note(eventIdOf('20261115', number));
  tally.note(eventIdOf('20261115', 200_000));
  expect([tally.noted(), tally.different()]).toEqual([200_001, 200_000]);
});

test.each(['', 'evt-20261115-12', 'evt-20261115-x', 'TRX-445566'])('The tally refuses "%s"', (id) => {
  expect(() => newEventTally().note(id)).toThrow(`"${id}" is no id of an event`);
});
