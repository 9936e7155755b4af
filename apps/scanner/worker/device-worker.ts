import type { ProxyMarked } from 'comlink';
import type { ScannerDevice } from '../core/scanner-device.ts';
import type { Begin, DeviceState } from './device-host.ts';

/** What the worker offers its page by comlink. */
export interface DeviceWorker {
  /** To be called once; `show` hears each state from now on. The page ends the worker when it needs it no more. */
  start(begin: Begin, show: ShowState): Promise<void>;
  /** Chrome tells a page that the network is gone or back, and not its workers: so the page tells. */
  networkChanged(isOnline: boolean): Promise<void>;
}

/** Comlink makes a proxy of what is an argument by itself, hence the device beside the state `running`. */
export type ShowState = ((state: SentState, device?: ScannerDevice & ProxyMarked) => void) & ProxyMarked;

export type SentState =
  | Exclude<DeviceState, { readonly kind: 'running' }>
  | Omit<Extract<DeviceState, { readonly kind: 'running' }>, 'device'>;
