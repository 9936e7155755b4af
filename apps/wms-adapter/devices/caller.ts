import type { Device } from '../../../shared/contracts/device.ts';

/**
 * Who calls. `open`: anybody, in development on loopback, without a key. `administrator`: the adapter's own key, which the WMS and its
 * administrator have. Both may do everything.
 */
export type Caller =
  | { readonly kind: 'open' | 'administrator' }
  | { readonly kind: 'device'; readonly device: Device };
