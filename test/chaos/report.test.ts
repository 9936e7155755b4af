import { describe, expect, test } from 'vitest';
import { findingAbout } from './checks/finding.ts';
import { type LineHistory, lineComplaints } from './checks/orders.ts';
import { planFaults } from './plan.ts';
import { type CampaignResult, findingsText, isPassed, median, reportText, verdictOf } from './report.ts';

const plan = planFaults({ seed: '1', faults: 3, minutes: 3, kinds: ['kill'] });
const passed: CampaignResult = {
  ...{
    seed: '1',
    commit: 'abc',
    loaded: 180_000,
    settled: 60_000,
    events: 36_000,
    orders: 1_800,
    cancelled: 90,
  },
  outcomes: plan.map((fault, index) => ({ fault, at: fault.at, hit: true, recovery: 1_000 * (index + 1) })),
  leftOut: new Map([['disk', 'mounting a small disk takes root']]),
  normal: { visible: 2_000, confirmed: 2_500 },
  ownEnds: new Map(),
  findings: [],
  seen: ['Nothing is in quarantine.'],
  dataFolder: '/tmp/campaign',
};

describe('The report of a campaign', () => {
  test('says in one line that nothing is lost, doubled or oversold', () => {
    expect(verdictOf(passed)).toBe('0 lost, 0 doubled, 0 oversold');
    expect(isPassed(passed)).toBe(true);
  });

  test('tells the recovery of each kind and of each fault, and what was left out', () => {
    const text = reportText(passed);
    expect(text).toContain('| kill | 3 | 2.0 s | 3.0 s | 0 |');
    expect(text.split('\n').filter((line) => line.startsWith('| kill')).length).toBe(1);
    for (const { number } of plan) expect(text).toContain(`| ${number} | `);
    expect(text).toContain('within 2.0 s, and then a fresh order confirmed within 2.5 s');
    expect(text).toContain('Left out: disk, since mounting a small disk takes root.');
    expect(text).toContain('36,000 events (200/s), 1,800 orders (10.0/s, 90 taken back)');
  });

  test('fails when something was found, and says what', () => {
    const failed: CampaignResult = {
      ...passed,
      findings: [
        { kind: 'lost', count: 2, text: 'scans' },
        { kind: 'wrong', count: 1, text: 'a line that does not rest' },
      ],
    };
    expect(isPassed(failed)).toBe(false);
    expect(verdictOf(failed)).toBe('2 lost, 0 doubled, 0 oversold, 1 otherwise wrong');
    expect(reportText(failed)).toContain('NOT RIGHT (lost, 2): scans');
    expect(reportText(failed)).toContain('Logs of the parts: /tmp/campaign/logs');
    expect(reportText(passed)).not.toContain('/tmp/campaign');
  });

  test('gives examples of what was found, and elsewhere all of it', () => {
    const ids = Array.from({ length: 7 }, (_unused, index) => `T-${index + 1}`);
    const findings = findingAbout('lost', 'scans that are not in the ledger', ids);
    expect(reportText({ ...passed, findings })).toContain(
      'NOT RIGHT (lost, 7): scans that are not in the ledger: T-1, T-2, T-3, T-4, T-5, …',
    );
    expect(reportText({ ...passed, findings })).toContain('/tmp/campaign/findings.txt');
    expect(findingsText(findings)).toContain('T-5\nT-6\nT-7\n');
  });

  test('fails when a fault was not recovered from', () => {
    const [first, ...others] = passed.outcomes;
    if (first === undefined) throw new Error('no outcome');
    const failed = {
      ...passed,
      outcomes: [{ ...first, recovery: undefined, failure: 'it was late' }, ...others],
    };
    expect(reportText(failed)).toMatch(/NOT RECOVERED from fault 1 at \S+, kill \S+: it was late\./);
    expect(isPassed(failed)).toBe(false);
    expect(verdictOf(failed)).toBe('0 lost, 0 doubled, 0 oversold, 1 faults not recovered from');
  });

  test('takes the middle of the times', () => {
    expect([median([]), median([3]), median([1, 2]), median([1, 2, 3])]).toEqual([undefined, 3, 1, 2]);
  });
});

describe('A line of an order', () => {
  const line = {
    ...{ lineId: 'L1', itemId: 'A', quantity: 5, tentative: 0, releasing: 0, sources: [] },
    ...{ confirmed: 1, backordered: 1, fulfilled: 1, rejected: 1, released: 1 },
  };

  const untouched = { isTakenBack: false, closedShort: 1 };

  test.each<[object, LineHistory, string[]]>([
    [{}, untouched, []],
    [{ tentative: 1 }, untouched, ['wrong: X does not rest']],
    [{ fulfilled: 0 }, untouched, ['lost: X lacks 1 pieces']],
    [{ confirmed: 3 }, untouched, ['doubled: X has 2 pieces too many']],
    [
      {},
      { isTakenBack: false, closedShort: 0 },
      ['lost: X released 1 pieces, of which 0 were closed short and none taken back'],
    ],
    [{}, { isTakenBack: true, closedShort: 0 }, ['wrong: X was taken back, and 2 pieces are promised']],
    [{ confirmed: 0, backordered: 0, released: 3 }, { isTakenBack: true, closedShort: 0 }, []],
  ])('with %j and %j', (changes, history, complaints) => {
    const found = lineComplaints('X', { ...line, ...changes }, history);
    expect(found.map(([kind, text]) => `${kind}: ${text}`)).toEqual(complaints);
  });
});

test('a fault that met a process which was down already is no fault', () => {
  const [first, ...others] = passed.outcomes;
  if (first === undefined) throw new Error('there is no fault');
  const text = reportText({ ...passed, outcomes: [{ ...first, hit: false }, ...others] });
  expect(text).toContain(`${others.length} faults and 1 that met a process which was down already`);
  expect(text).toContain('(was down already)');
});
