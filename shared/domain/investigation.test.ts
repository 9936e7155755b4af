import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  INVESTIGATION_STATUSES,
  type Investigation,
  type InvestigationStatus,
  investigationSchema,
  type ListedDiscrepancy,
} from '../contracts/investigation.ts';
import {
  ALLOWED,
  addDiscrepancies,
  askRecount,
  assign,
  close,
  escalate,
  explain,
  type InvestigationAction,
  KEPT_DISCREPANCIES,
  KEPT_STEPS,
  numberOf,
  openInvestigation,
  positionsAtIssue,
  remind,
  type Transition,
  takeCounts,
} from './investigation.ts';

type Place = { readonly locationId: string; readonly lotNumber: string | null };

const AT = '2024-11-18T10:00:00.000Z';
const LATER = '2024-11-18T11:00:00.000Z';
const place: Place = { locationId: 'A-05-02', lotNumber: null };
const otherPlace = { locationId: 'A-05-03', lotNumber: 'LOT-1' };

function found(fields: Partial<ListedDiscrepancy> = {}): ListedDiscrepancy {
  const { locationId = 'A-05-02', lotNumber = null } = fields;
  return {
    runId: '20241118T100000000Z-aaaa',
    discrepancyId: `WH-001|ITEM-1|${locationId}|${lotNumber ?? ''}|position`,
    class: 'lost-event',
    ...{ locationId, lotNumber, expected: 95, found: 100, foundAt: AT },
    ...fields,
  };
}

const opened = openInvestigation({ warehouseId: 'WH-001', itemId: 'ITEM-1', number: 1 }, [found()], AT);
const counted = (onHand: number, expected = 95, of = place) => ({
  ...of,
  onHand,
  expected,
  at: LATER,
  by: 'ann',
});

/** What it comes to; a refusal is an error. */
function done(transition: Transition): Investigation {
  if (transition.status === 'refused') throw new Error(`refused: ${transition.reason}`);
  return transition.investigation;
}

const asked = (positions = [{ ...place, sinceVersion: 3 }]) =>
  done(askRecount(opened, { by: 'bob', positions }, AT));

const ACT: Record<InvestigationAction, (investigation: Investigation) => Transition> = {
  add: (investigation) =>
    addDiscrepancies(investigation, [found({ runId: '20241118T101500000Z-bbbb' })], LATER),
  assign: (investigation) => assign(investigation, { by: 'bob', assignee: 'ann' }, LATER),
  'ask-recount': (investigation) =>
    askRecount(investigation, { by: 'bob', positions: [{ ...place, sinceVersion: 3 }] }, LATER),
  'take-counts': (investigation) => takeCounts(investigation, [counted(94)], LATER),
  explain: (investigation) =>
    explain(investigation, { by: 'ann', cause: 'miscount', text: 'Two bins.' }, LATER),
  close: (investigation) => close(investigation, { by: 'ann' }, LATER),
  remind: (investigation) => remind(investigation, LATER),
  escalate: (investigation) => escalate(investigation, LATER),
};

const IN_STATUS: Record<InvestigationStatus, Investigation> = {
  opened,
  assigned: done(ACT.assign(opened)),
  'recount-asked': asked(),
  recounted: done(ACT['take-counts'](asked())),
  explained: done(ACT.explain(opened)),
  closed: done(ACT.close(done(ACT.explain(opened)))),
};

describe('What may happen to an investigation', () => {
  const pairs = INVESTIGATION_STATUSES.flatMap((status) =>
    Object.keys(ACT).map((action) => [action as InvestigationAction, status] as const),
  );

  test.each(pairs)(
    '%s while it is %s is as the table says, and what is refused changes nothing',
    (action, status) => {
      const before = IN_STATUS[status];
      expect(before.status).toBe(status);
      const transition = ACT[action](before);
      expect(transition.status).toBe(ALLOWED[action].includes(status) ? 'changed' : 'refused');
      if (transition.status === 'refused') {
        expect(transition).toEqual({ status: 'refused', reason: 'status', investigation: before });
      }
    },
  );

  test('is told as who, what and when, whatever comes in whatever order; what is closed stays as it is', () => {
    const actions = fc.array(fc.constantFrom(...(Object.keys(ACT) as InvestigationAction[])), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(actions, (chosen) => {
        let investigation = opened;
        for (const action of chosen) {
          const transition = ACT[action](investigation);
          if (transition.status === 'refused') continue;
          const { steps, stepCount } = transition.investigation;
          if (transition.status === 'changed') {
            expect(investigation.status).not.toBe('closed');
            expect(stepCount).toBeGreaterThan(investigation.stepCount);
          }
          expect(steps).toHaveLength(stepCount);
          expect(steps.slice(0, investigation.steps.length)).toEqual(investigation.steps);
          investigation = investigationSchema.parse(transition.investigation);
          expect(investigation.status === 'closed').toBe(investigation.closedBecause !== undefined);
        }
      }),
    );
  });

  test('goes 100 steps back; all are counted', () => {
    let investigation = opened;
    for (let number = 0; number < 150; number += 1) investigation = done(ACT.assign(investigation));
    expect(investigation.stepCount).toBe(151);
    expect(investigation.steps).toHaveLength(KEPT_STEPS);
    expect(investigation.steps[0]?.action).toBe('assigned');
  });
});

describe('Discrepancies', () => {
  test('open an investigation of their item and warehouse, numbered', () => {
    expect(opened).toMatchObject({
      ...{ investigationId: 'WH-001:ITEM-1:1', status: 'opened', openedAt: AT, changedAt: AT },
      ...{ discrepancyCount: 1, stepCount: 1 },
      steps: [
        { action: 'opened', by: 'reconciliation', detail: expect.stringContaining('lost-event of A-05-02') },
      ],
    });
    expect(numberOf(opened)).toBe(1);
    const whole = openInvestigation({ warehouseId: 'WH-001', itemId: null, number: 12 }, [found()], AT);
    expect(whole.investigationId).toBe('WH-001::12');
    expect(numberOf(whole)).toBe(12);
  });

  test('that are listed already change nothing, whoever tells of them again', () => {
    expect(addDiscrepancies(opened, [found()], LATER)).toEqual({
      status: 'unchanged',
      investigation: opened,
    });
  });

  test('are kept up to 50, the newest first, and all counted', () => {
    const run = (number: number) => `20241118T${100000000 + number}Z-aaaa`;
    let investigation = opened;
    for (let number = 1; number <= 70; number += 1)
      investigation = done(addDiscrepancies(investigation, [found({ runId: run(number) })], LATER));
    expect(investigation.discrepancyCount).toBe(71);
    expect(investigation.discrepancies).toHaveLength(KEPT_DISCREPANCIES);
    expect(investigation.discrepancies[0]?.runId).toBe(run(70));
  });

  test('of more than 50 of one run are added once, however often the same call comes', () => {
    const many = Array.from({ length: 120 }, (_, number) =>
      found({ discrepancyId: `WH-001|ITEM-1|${number}` }),
    );
    const once = openInvestigation({ warehouseId: 'WH-001', itemId: null, number: 1 }, many, AT);
    expect(once.discrepancyCount).toBe(120);
    expect(addDiscrepancies(once, many, LATER)).toEqual({ status: 'unchanged', investigation: once });
  });

  test('that come after an explanation are not covered by it', () => {
    expect(done(ACT.add(IN_STATUS.explained)).status).toBe('opened');
    expect(done(ACT.add(done(ACT.explain(IN_STATUS.assigned)))).status).toBe('assigned');
  });

  test('do not put a reminder off', () => {
    expect(done(ACT.add(opened)).changedAt).toBe(AT);
    expect(done(ACT.assign(opened)).changedAt).toBe(LATER);
  });
});

describe('A recount', () => {
  const two = () =>
    asked([
      { ...place, sinceVersion: 3 },
      { ...otherPlace, sinceVersion: 0 },
    ]);

  test('that agrees in every position closes the investigation by itself', () => {
    const half = done(takeCounts(two(), [counted(95)], LATER));
    expect(half).toMatchObject({ status: 'recount-asked', stepCount: 2 });
    const whole = done(takeCounts(half, [{ ...counted(7, 7), ...otherPlace }], LATER));
    expect(whole).toMatchObject({ status: 'closed', closedBecause: 'recount-agreed', closedAt: LATER });
    expect(whole.steps.slice(2).map(({ action, by }) => [action, by])).toEqual([
      ['recounted', 'reconciliation'],
      ['closed', 'reconciliation'],
    ]);
  });

  test('that does not agree somewhere leaves it open, and says where', () => {
    const counts = [counted(90), { ...counted(7, 7), ...otherPlace }];
    const recounted = done(takeCounts(two(), counts, LATER));
    expect(recounted).toMatchObject({ status: 'recounted', stepCount: 3 });
    expect(recounted.steps.at(-1)?.detail).toBe(
      '2 counted, 1 not as the books say: A-05-02 90 for 95 by ann.',
    );
  });

  test('does not close it when the runs have found more since it was asked', () => {
    expect(done(takeCounts(done(ACT.add(asked())), [counted(95)], LATER)).status).toBe('recounted');
  });

  test('takes the first count of a position, and none of others', () => {
    const half = done(takeCounts(two(), [counted(95)], LATER));
    expect(takeCounts(half, [counted(90)], LATER)).toEqual({ status: 'unchanged', investigation: half });
    expect(takeCounts(half, [counted(1, 2, { locationId: 'Z', lotNumber: null })], LATER).status).toBe(
      'unchanged',
    );
  });

  test('is of the positions that are at issue, each once; of a whole warehouse, or of no position, there is none', () => {
    const reservation = found({
      locationId: null,
      discrepancyId: 'x|allocation:1',
      allocationId: 'ORD-1:1:1',
    });
    const again = found({ runId: '20241118T101500000Z-bbbb' });
    const investigation = done(addDiscrepancies(opened, [found(otherPlace), again, reservation], AT));
    expect(positionsAtIssue(investigation)).toHaveLength(2);
    expect(positionsAtIssue(investigation)).toEqual(expect.arrayContaining([place, otherPlace]));
    expect(askRecount(opened, { by: 'bob', positions: [] }, AT)).toMatchObject({ reason: 'no-position' });
    expect(ACT['ask-recount']({ ...opened, itemId: null })).toMatchObject({ reason: 'whole-warehouse' });
  });

  test('names no position that no scanner can name, as another WMS may have', () => {
    const odd = [found({ locationId: 'A/05' }), found({ locationId: 'Büro-1' }), found({ lotNumber: '5 %' })];
    const investigation = done(addDiscrepancies(opened, odd, AT));
    expect(positionsAtIssue(investigation)).toEqual([place]);
  });
});
