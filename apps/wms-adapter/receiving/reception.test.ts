import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createReception } from './reception.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('Warehouses that lose the bus together are told in one line, once, and once when they are back', () => {
  const lines: string[] = [];
  const reception = createReception('Allocation requests', ['WH-001', 'WH-002', 'WH-003'], (line) =>
    lines.push(line),
  );
  expect(reception.counts()).toEqual({ starting: 3, connected: 0, away: 0 });
  reception.connected('WH-001');
  reception.connected('WH-002');
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    reception.lost('WH-003', 'there is no such subscription');
    vi.advanceTimersByTime(5_000);
  }
  expect(reception.counts()).toEqual({ starting: 0, connected: 2, away: 1 });
  reception.lost('WH-001', 'ECONNREFUSED');
  reception.lost('WH-002', 'ECONNREFUSED');
  vi.advanceTimersByTime(5_000);
  reception.connected('WH-001');
  reception.connected('WH-002');
  vi.advanceTimersByTime(5_000);
  expect(lines).toEqual([
    'Allocation requests are not received for WH-003: there is no such subscription',
    'Allocation requests are not received for WH-001, WH-002: ECONNREFUSED',
    'Allocation requests are received again for WH-001, WH-002',
  ]);
});

test('A link that is back at once is not told', () => {
  const lines: string[] = [];
  const reception = createReception('Allocation requests', ['WH-001'], (line) => lines.push(line));
  reception.connected('WH-001');
  vi.advanceTimersByTime(5_000);
  reception.lost('WH-001', 'the connection broke');
  reception.connected('WH-001');
  vi.advanceTimersByTime(5_000);
  expect(lines).toEqual([]);
});
