import { StockbridgeError } from '../oms-client/stockbridge-error.ts';

/** What was found, or why nobody knows. */
export type Known<Value extends object> = Value | { readonly unknown: string };

/** What asking comes to; of a call that comes to nothing, why. */
export async function known<Value extends object>(ask: () => Promise<Value>): Promise<Known<Value>> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof StockbridgeError) return { unknown: error.message };
    throw error;
  }
}
