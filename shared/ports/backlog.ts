import type { AdapterStatus } from '../contracts/adapter-status.ts';

/** Messages that wait in one place: topic and subscription, or queue. */
export type Backlog = {
  readonly place: string;
  /** Those scheduled for later, and those being handled, are among them. */
  readonly waiting: number;
  /** True when there are more than were looked at. */
  readonly more: boolean;
  /** When the oldest of them began to wait (ms UTC); undefined where none waits, later than now where all are scheduled. */
  readonly oldestAt: number | undefined;
};

/** What an adapter told last, and when the bus took it (ms UTC). */
export type HeardAdapter = { readonly status: AdapterStatus; readonly heardAt: number };

export type BacklogLook = {
  readonly places: readonly Backlog[];
  /** What the adapter of each warehouse told last, as far as this process knows; none where it may not look. */
  readonly adapters: readonly { readonly warehouseId: string; readonly heard: HeardAdapter | undefined }[];
  /** Where the fabric may not look, or there is no such place. */
  readonly unread: readonly { readonly place: string; readonly why: string }[];
};
