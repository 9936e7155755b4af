import { expect, test } from 'vitest';
import { assignmentSchema, investigationsQuerySchema } from './investigation.ts';

test.each(['ann', 'ann.lee@example.com'])(
  '%s can be given an investigation, and be asked for theirs',
  (assignee) => {
    expect(assignmentSchema.parse({ by: 'bob', assignee })).toMatchObject({ assignee });
    expect(investigationsQuerySchema.parse({ assignee })).toMatchObject({ assignee });
  },
);

test('nobody without a name is given an investigation', () => {
  expect(assignmentSchema.safeParse({ by: 'bob', assignee: ' ' }).success).toBe(false);
});
