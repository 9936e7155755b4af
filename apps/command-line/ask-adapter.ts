import type { Environment } from '../../shared/settings.ts';
import { type FunctionsApp, readAdapter } from './addresses.ts';
import { type Known, known } from './known.ts';
import { type AdapterApi, adapterApi } from './operations-api.ts';

/** Asks the WMS adapter: the laptop's where the functions app is the laptop's, else the one that a setting names. */
export async function askAdapter<Value extends object>(
  { isLaptop }: FunctionsApp,
  environment: Environment,
  ask: (api: AdapterApi) => Promise<Value>,
): Promise<Known<Value>> {
  if (!isLaptop && !environment.WmsAdapterUrl)
    return { unknown: 'set WmsAdapterUrl to where the adapter runs' };
  const api = adapterApi(readAdapter(environment));
  return known(() => ask(api));
}
