import { patientCall } from './patient-call.ts';

/** What an order wants of one item, as `POST /api/orders/{orderId}/allocations` takes it. */
export type WantedLine = {
  /** The line of the file. */
  lineId: string;
  itemId: string;
  /** Pieces. */
  quantity: number;
  preferredWarehouses: string[];
  allowBackorder: boolean;
};

export type WantedOrder = { orderId: string; lines: WantedLine[] };

/** Pieces of a line from one warehouse; `quantity` includes the `picked` ones. */
export type OrderSource = {
  allocationId: string;
  warehouseId: string;
  quantity: number;
  picked: number;
  status: string;
};

/** The pieces of a line by what they are. */
export type OrderLineState = {
  lineId: string;
  itemId: string;
  quantity: number;
  tentative: number;
  releasing: number;
  confirmed: number;
  backordered: number;
  fulfilled: number;
  rejected: number;
  sources: OrderSource[];
};

export type OrderState = { orderId: string; lines: OrderLineState[] };

export type OmsClient = {
  /** Asks for an order; asking again is the same order. */
  place: (order: WantedOrder) => Promise<void>;
  state: (orderId: string) => Promise<OrderState>;
};

/** An order management system's side of the orders' API, with patience (see `patientCall`). */
export function omsClient(
  functionsUrl: string,
  options: { waiting?: (reason: string | undefined) => void; signal?: AbortSignal } = {},
): OmsClient {
  const call = patientCall({ url: `${functionsUrl}/api`, who: 'the orders API', ...options });
  const path = (orderId: string) => `/orders/${encodeURIComponent(orderId)}/allocations`;
  return {
    place: async ({ orderId, lines }) => void (await call('POST', path(orderId), { lines })),
    state: (orderId) => call<OrderState>('GET', path(orderId)),
  };
}
