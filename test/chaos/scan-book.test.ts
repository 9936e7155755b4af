import { expect, test } from 'vitest';
import { openScanBook } from './scan-book.ts';

const scan = (transactionId: string, type: 'receipt' | 'transfer' = 'receipt') => ({ transactionId, type });
const answer = (transactionId: string, outcome: 'applied' | 'duplicate' | 'rejected') => ({
  transactionId,
  outcome,
});

test('A scan that was answered is in the ledger once; one that was not may be', () => {
  const book = openScanBook();
  book.noteSent([
    scan('one'),
    scan('two', 'transfer'),
    scan('unanswered'),
    scan('unanswered too'),
    scan('refused'),
  ]);
  book.noteAnswers([answer('one', 'applied'), answer('two', 'duplicate'), answer('refused', 'rejected')]);
  const ledger = new Map([
    ['one', 1],
    ['two', 2],
    ['unanswered', 1],
  ]);
  expect(book.compare(ledger)).toEqual({ booked: 2, lost: [], doubled: [], invented: [] });
  expect(book.events()).toBe(3);
});

test('It is told which scans are lost, doubled or invented', () => {
  const book = openScanBook();
  book.noteSent([scan('lost'), scan('half lost', 'transfer'), scan('doubled'), scan('refused')]);
  book.noteAnswers([
    ...[answer('lost', 'applied'), answer('half lost', 'applied'), answer('doubled', 'applied')],
    answer('refused', 'rejected'),
  ]);
  const ledger = new Map([
    ...([
      ['half lost', 1],
      ['doubled', 2],
      ['refused', 1],
      ['nobody’s', 1],
    ] as const),
  ]);
  expect(book.compare(ledger)).toEqual({
    booked: 3,
    lost: ['lost', 'half lost'],
    doubled: ['doubled'],
    invented: ['refused', 'nobody’s'],
  });
});

test('A retry that is answered as a duplicate is the same scan', () => {
  const book = openScanBook();
  for (const outcome of ['applied', 'duplicate'] as const) {
    book.noteSent([scan('one')]);
    book.noteAnswers([answer('one', outcome)]);
  }
  expect(book.answered()).toBe(1);
  expect(book.events()).toBe(1);
  expect([...book.outcomes()]).toEqual([['applied', 1]]);
});
