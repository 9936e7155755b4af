import { lockQuerySchema, lockReleaseQuerySchema } from '../http/locks.ts';
import { ANOTHER_WAREHOUSE } from './refusals.ts';
import type { Content, Route } from './route.ts';

const wanted = {
  warehouseId: 'WH-001',
  locationId: 'A-05-02',
  scannerId: 'SCANNER-08',
  userId: 'warehouse_user_23',
};
const lock = {
  lockId: '5e0b6a52-6f4e-4a3e-8d0c-0a4f2f1d9b11',
  ...wanted,
  startedAt: '2024-11-18T10:00:00.000Z',
  until: '2024-11-18T10:30:00.000Z',
};
const running: Content = { schema: 'Lock', example: lock };
const takenOver: Content = {
  schema: 'Lock',
  example: {
    ...lock,
    lockId: '0d9c2c1e-54a1-4d0b-9f57-5a1f6a1c7e22',
    userId: 'supervisor_2',
    takenOver: { lockId: lock.lockId, reason: 'the scanner is broken' },
  },
};

const NOT_RUNNING = 'The lock has ended, or there never was one.';
const ANOTHERS = 'The lock is another scanner’s; `locks` says whose.';
const NOT_ALLOWED = 'The device or its user may not.';

/** Locks of locations. */
export const LOCK_ROUTES: readonly Route[] = [
  {
    operationId: 'lock-take',
    method: 'post',
    path: 'locks',
    tag: 'Locks',
    summary: 'Begin to count a location.',
    description:
      'For 30 minutes. Asked again by the same scanner, its lock runs anew. It ends by itself, when it is given back, or when its count is posted with `acknowledgeLock`.',
    body: { schema: 'LockRequest', example: wanted },
    answers: { 201: { description: 'The lock runs.', content: running } },
    problems: {
      403: NOT_ALLOWED,
      404: 'There is no such location.',
      409: 'Another counts the location; `locks` says who and until when.',
    },
  },
  {
    operationId: 'locks-list',
    method: 'get',
    path: 'locks',
    tag: 'Locks',
    summary: 'Counts under way.',
    query: lockQuerySchema,
    answers: {
      200: { description: 'Those that run.', content: { schema: 'Locks', example: { locks: [lock] } } },
    },
    problems: { 403: ANOTHER_WAREHOUSE },
  },
  {
    operationId: 'lock-extend',
    method: 'post',
    path: 'locks/{lockId}/extend',
    tag: 'Locks',
    summary: 'Go on counting for another half hour from now.',
    body: { schema: 'LockExtension', example: { scannerId: 'SCANNER-08' } },
    answers: { 200: { description: 'The lock runs on.', content: running } },
    problems: { 403: NOT_ALLOWED, 404: NOT_RUNNING, 409: ANOTHERS },
  },
  {
    operationId: 'lock-release',
    method: 'delete',
    path: 'locks/{lockId}',
    tag: 'Locks',
    summary: 'End a count without a result.',
    description:
      'May be repeated. A device ends its own; in the name of a supervisor of the warehouse (`userId`) any.',
    query: lockReleaseQuerySchema,
    answers: { 204: { description: 'The lock does not run.' } },
    problems: { 403: NOT_ALLOWED, 409: ANOTHERS },
  },
  {
    operationId: 'lock-take-over',
    method: 'post',
    path: 'locks/{lockId}/take-over',
    tag: 'Locks',
    summary: 'End the count of another and begin one.',
    description: 'A device needs a supervisor of the warehouse for it. The reason is kept.',
    body: {
      schema: 'LockTakeOver',
      example: { scannerId: 'SCANNER-08', userId: 'supervisor_2', reason: 'the scanner is broken' },
    },
    answers: { 201: { description: 'The new lock runs, the old one has ended.', content: takenOver } },
    problems: {
      403: NOT_ALLOWED,
      404: NOT_RUNNING,
      409: 'It is the lock of another, in a warehouse where the user is no supervisor.',
    },
  },
];
