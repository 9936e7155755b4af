import { pageQuerySchema } from '../http/pages.ts';
import { NOT_FOR_DEVICES } from './refusals.ts';
import type { Content, Route } from './route.ts';

const device = {
  scannerId: 'SCANNER-08',
  name: 'Dock 2',
  warehouseIds: ['WH-001'],
  registeredAt: '2024-11-18T08:00:00.000Z',
};
const seen = { ...device, lastSeenAt: '2024-11-18T10:00:00.000Z', clockOffsetMs: -1_200 };
const user = {
  userId: 'warehouse_user_23',
  name: 'Ann',
  role: 'worker',
  warehouseIds: ['WH-001'],
  isActive: true,
  badge: 'BADGE-0023',
  hasPin: true,
};
const registered: Content = {
  schema: 'RegisteredDevice',
  example: { ...device, key: 'sbk_Zm9ydHktdGhyZWUgcmFuZG9tIGNoYXJhY3RlcnMgOi0p' },
};

const NO_DEVICE = 'There is no such device.';

/** Devices and users. */
export const REGISTRY_ROUTES: readonly Route[] = [
  {
    operationId: 'device-register',
    method: 'put',
    path: 'devices/{scannerId}',
    tag: 'Registry',
    summary: 'Register a device, or give a known one a new key and warehouses.',
    description:
      'The key is answered this once; only its hash is kept. The old key is valid no more, and a revoked device is valid again.',
    body: { schema: 'DeviceDetails', example: { name: 'Dock 2', warehouseIds: ['WH-001'] } },
    answers: {
      200: { description: 'It was known and has a new key.', content: registered },
      201: { description: 'It is registered.', content: registered },
    },
    problems: {
      400: 'The body is not valid, or names a warehouse that does not exist.',
      403: NOT_FOR_DEVICES,
    },
  },
  {
    operationId: 'devices-list',
    method: 'get',
    path: 'devices',
    tag: 'Registry',
    summary: 'All devices, the revoked ones too.',
    query: pageQuerySchema,
    answers: {
      200: { description: 'By id.', content: { schema: 'Devices', example: { devices: [seen] } } },
    },
    problems: { 403: NOT_FOR_DEVICES },
  },
  {
    operationId: 'device-read',
    method: 'get',
    path: 'devices/{scannerId}',
    tag: 'Registry',
    summary: 'A device: when it called last, and how far its clock is off.',
    answers: { 200: { description: 'As it is known.', content: { schema: 'Device', example: seen } } },
    problems: { 403: NOT_FOR_DEVICES, 404: NO_DEVICE },
  },
  {
    operationId: 'device-revoke',
    method: 'delete',
    path: 'devices/{scannerId}',
    tag: 'Registry',
    summary: 'Make the key of a device invalid, at once.',
    answers: { 204: { description: 'Its key is not valid. May be repeated.' } },
    problems: { 403: NOT_FOR_DEVICES, 404: NO_DEVICE },
  },
  {
    operationId: 'user-put',
    method: 'put',
    path: 'users/{userId}',
    tag: 'Registry',
    summary: 'Create or replace a user.',
    description:
      'Of a PIN only a slow hash is kept. One that is left out stays, `null` takes it away, a new one also ends what holds up the badge.',
    body: {
      schema: 'UserDetails',
      example: { name: 'Ann', warehouseIds: ['WH-001'], badge: 'BADGE-0023', pin: '271828' },
    },
    answers: { 200: { description: 'It is stored.', content: { schema: 'User', example: user } } },
    problems: {
      400: 'The body is not valid, or names a warehouse that does not exist.',
      403: NOT_FOR_DEVICES,
      409: 'Another user has this badge.',
    },
  },
  {
    operationId: 'users-list',
    method: 'get',
    path: 'users',
    tag: 'Registry',
    summary: 'All users.',
    query: pageQuerySchema,
    answers: { 200: { description: 'By id.', content: { schema: 'Users', example: { users: [user] } } } },
    problems: { 403: NOT_FOR_DEVICES },
  },
  {
    operationId: 'user-read',
    method: 'get',
    path: 'users/{userId}',
    tag: 'Registry',
    summary: 'A user.',
    answers: { 200: { description: 'As it was put.', content: { schema: 'User', example: user } } },
    problems: { 403: NOT_FOR_DEVICES, 404: 'There is no such user.' },
  },
];
