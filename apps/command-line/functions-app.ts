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
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    const name = url === undefined ? 'Setting STOCKBRIDGE_FUNCTIONS_URL' : 'Option --url';
    throw new SettingError(`${name} is "${address}": set it to an address such as http://127.0.0.1:7071.`);
  }
  return {
    url: address.replace(/\/+$/, ''),
    key: environment.STOCKBRIDGE_KEY || environment.STOCKBRIDGE_FUNCTIONS_KEY || undefined,
    isLaptop: address === laptop,
  };
}
