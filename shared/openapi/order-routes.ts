import type { Content, Route } from './route.ts';

const accepted: Content = {
  schema: 'AcceptedOrder',
  example: {
    orderId: 'ORD-1001',
    status: 'tentative',
    links: { self: '/api/orders/ORD-1001/allocations', cancel: '/api/orders/ORD-1001/allocations' },
  },
};

const source = {
  allocationId: 'ORD-1001:1:1',
  warehouseId: 'WH-001',
  quantity: 95,
  picked: 0,
  status: 'confirmed',
};

/** 100 were promised, and a count found 95. */
const state: Content = {
  schema: 'OrderAllocation',
  example: {
    orderId: 'ORD-1001',
    status: 'backordered',
    allOrNothing: false,
    createdAt: '2024-11-18T10:00:00.000Z',
    lines: [
      {
        lineId: '1',
        itemId: 'ITEM-12345',
        quantity: 100,
        tentative: 0,
        confirmed: 95,
        backordered: 5,
        fulfilled: 0,
        releasing: 0,
        rejected: 0,
        released: 0,
        status: 'backordered',
        promisedDate: '2024-11-25',
        sources: [source],
        why: [
          {
            at: '2024-11-18T10:00:00.040Z',
            step: 'held',
            warehouseId: 'WH-001',
            allocationId: 'ORD-1001:1:1',
            quantity: 100,
            detail: '100 held in WH-001, which had 100 to promise.',
          },
          {
            at: '2024-11-18T10:00:02.310Z',
            step: 'confirmed',
            warehouseId: 'WH-001',
            allocationId: 'ORD-1001:1:1',
            quantity: 95,
            detail: 'WH-001 confirmed 95 of 100 at 2024-11-18T10:00:02.250Z: not enough stock there.',
          },
          {
            at: '2024-11-18T10:00:02.360Z',
            step: 'backordered',
            quantity: 5,
            detail: '5 wait for stock: nothing more is free to promise.',
          },
        ],
      },
    ],
  },
};

const line = { lineId: '1', itemId: 'ITEM-12345', quantity: 100, preferredWarehouses: ['WH-001'] };

const heldCart: Content = {
  schema: 'HoldState',
  example: {
    holdId: 'CART-77',
    status: 'held',
    expiresAt: '2024-11-18T10:15:00.000Z',
    lines: [
      {
        lineId: '1',
        itemId: 'ITEM-12345',
        quantity: 2,
        held: 2,
        sources: [{ ...source, allocationId: 'CART-77:1:1', quantity: 2, status: 'tentative' }],
      },
    ],
  },
};

const noOrder = 'Nobody asked for such an order, or it has no such line.';
const noHold = 'Nobody asked for such a hold.';
const holdEnded = 'The hold has expired, was released, or became an order.';

/** Orders. */
export const ORDER_ROUTES: readonly Route[] = [
  {
    operationId: 'order-allocate',
    method: 'post',
    path: 'orders/{orderId}/allocations',
    tag: 'Orders',
    summary: 'Ask for stock for an order.',
    description:
      'Stock is held first, then its warehouses are asked, and only what they confirm is promised. Asking again with the same body is the same request. What cannot be had waits for stock (`allowBackorder`) or is rejected.',
    body: { schema: 'AllocationOrder', example: { lines: [line] } },
    answers: { 202: { description: 'Taken; follow it by its link.', content: accepted, hasLocation: true } },
    problems: {
      400: 'A field is not valid, or names a warehouse that this installation does not serve.',
      409: 'The order was asked for with another body.',
    },
  },
  {
    operationId: 'order-read',
    method: 'get',
    path: 'orders/{orderId}/allocations',
    tag: 'Orders',
    summary: 'How an order stands: what is promised, by whom, and why.',
    description:
      'The pieces of a line add up to its quantity. A status is the first of tentative, releasing, backordered, confirmed, fulfilled, rejected, released that applies to any piece. Until all of an all-or-nothing order is confirmed, none of it reads confirmed.',
    answers: { 200: { description: 'The order as it stands.', content: state } },
    problems: { 404: noOrder },
  },
  {
    operationId: 'order-cancel',
    method: 'delete',
    path: 'orders/{orderId}/allocations',
    tag: 'Orders',
    summary: 'Take a whole order back.',
    description:
      'Releases it whatever state it is in, once, however often it is asked. What a warehouse has heard of reads `releasing`, and is kept from others, until the warehouse has released it.',
    answers: { 202: { description: 'Taken; the order as it stands.', content: state } },
    problems: { 404: noOrder },
  },
  {
    operationId: 'order-line-cancel',
    method: 'delete',
    path: 'orders/{orderId}/allocations/{lineId}',
    tag: 'Orders',
    summary: 'Take one line of an order back.',
    description:
      'As for the whole order. An all-or-nothing order that is not committed yet is then given up.',
    answers: { 202: { description: 'Taken; the order as it stands.', content: state } },
    problems: { 404: noOrder },
  },
];

/** Carts. */
export const HOLD_ROUTES: readonly Route[] = [
  {
    operationId: 'hold-keep',
    method: 'put',
    path: 'holds/{holdId}',
    tag: 'Holds',
    summary: 'Keep stock for a cart.',
    description:
      'As much as there is, without asking a warehouse, for at most an hour. Asking again with the same body is the same hold.',
    body: {
      schema: 'Hold',
      example: { lines: [{ ...line, quantity: 2 }], expiresInSeconds: 900 },
    },
    answers: {
      200: { description: 'It is held already.', content: heldCart },
      201: { description: 'It is held now.', content: heldCart },
    },
    problems: { 409: 'The hold was asked for with another body, or has ended.' },
  },
  {
    operationId: 'hold-read',
    method: 'get',
    path: 'holds/{holdId}',
    tag: 'Holds',
    summary: 'What is held for a cart.',
    answers: { 200: { description: 'The hold as it stands.', content: heldCart } },
    problems: { 404: noHold },
  },
  {
    operationId: 'hold-release',
    method: 'delete',
    path: 'holds/{holdId}',
    tag: 'Holds',
    summary: 'Give the stock of a cart back.',
    answers: { 200: { description: 'Nothing is held any more.', content: heldCart } },
    problems: { 404: noHold, 409: 'The hold became an order, which can be cancelled.' },
  },
  {
    operationId: 'hold-extend',
    method: 'post',
    path: 'holds/{holdId}/extension',
    tag: 'Holds',
    summary: 'Keep a cart for longer: so many seconds from now on.',
    description: 'Never for less than it has left.',
    body: { schema: 'HoldExtension', example: { expiresInSeconds: 900 } },
    answers: { 200: { description: 'The hold as it stands.', content: heldCart } },
    problems: { 404: noHold, 409: holdEnded },
  },
  {
    operationId: 'hold-order',
    method: 'post',
    path: 'holds/{holdId}/order',
    tag: 'Holds',
    summary: 'Make a cart an order that keeps what the cart holds.',
    description:
      'Nobody can take the stock in between. What the cart could not get is placed as for any order. Asking again with the same order is the same request.',
    body: { schema: 'HoldConversion', example: { orderId: 'ORD-1001' } },
    answers: { 202: { description: 'Taken; follow it by its link.', content: accepted, hasLocation: true } },
    problems: { 404: noHold, 409: 'The hold has ended, or the order id is taken.' },
  },
];
