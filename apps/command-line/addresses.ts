import { type Environment, SettingError } from '../../shared/settings.ts';

/** Where the functions app answers, without a slash at the end, and the function key it asks for, if it does. */
export type FunctionsApp = {
  readonly url: string;
  readonly key: string | undefined;
  /** Nobody said where it is, so that it is this machine's, with all its parts. */
  readonly isLaptop: boolean;
};

/**
 * The functions app: `url`, else setting `STOCKBRIDGE_FUNCTIONS_URL`, else the laptop's, whose port
 * `STOCKBRIDGE_FUNCTIONS_PORT` may say; its key is `STOCKBRIDGE_KEY`, or `STOCKBRIDGE_FUNCTIONS_KEY`.
 *
 * @throws {SettingError} when it is no address of http or https
 */
export function readFunctionsApp(environment: Environment, url?: string): FunctionsApp {
  const laptop = `http://127.0.0.1:${environment.STOCKBRIDGE_FUNCTIONS_PORT || 7071}`;
  const address = url ?? (environment.STOCKBRIDGE_FUNCTIONS_URL || laptop);
  const name = url === undefined ? 'Setting STOCKBRIDGE_FUNCTIONS_URL' : 'Option --url';
  checkAddress(name, address, 'http://127.0.0.1:7071');
  return {
    url: address.replace(/\/+$/, ''),
    key: environment.STOCKBRIDGE_KEY || environment.STOCKBRIDGE_FUNCTIONS_KEY || undefined,
    isLaptop: address === laptop,
  };
}

/**
 * The WMS adapter: setting `WmsAdapterUrl`, else the laptop's, whose port `STOCKBRIDGE_ADAPTER_PORT` may say; and the key
 * it asks for, if one is set.
 *
 * @throws {SettingError} when it is no address of http or https
 */
export function readAdapter(environment: Environment): { url: string; key: string | undefined } {
  const url = environment.WmsAdapterUrl || `http://127.0.0.1:${environment.STOCKBRIDGE_ADAPTER_PORT || 7080}`;
  checkAddress('Setting WmsAdapterUrl', url, 'http://127.0.0.1:7080');
  return { url, key: environment.STOCKBRIDGE_ADAPTER_KEY || undefined };
}

function checkAddress(name: string, address: string, example: string): void {
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return;
  throw new SettingError(`${name} is "${address}": set it to an address such as ${example}.`);
}
