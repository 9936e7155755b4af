import { expect, test } from 'vitest';
import { readAdapter, readFunctionsApp } from './addresses.ts';

test('The functions app is the one the option names, else the setting, else the laptop’s', () => {
  const environment = { STOCKBRIDGE_FUNCTIONS_URL: 'https://app.example/', STOCKBRIDGE_FUNCTIONS_KEY: 'k' };
  expect(readFunctionsApp(environment, 'https://other.example')).toEqual({
    ...{ url: 'https://other.example', key: 'k', isLaptop: false },
  });
  expect(readFunctionsApp({ ...environment, STOCKBRIDGE_KEY: 'own' })).toEqual({
    ...{ url: 'https://app.example', key: 'own', isLaptop: false },
  });
  expect(readFunctionsApp({})).toEqual({ url: 'http://127.0.0.1:7071', key: undefined, isLaptop: true });
  expect(readFunctionsApp({ STOCKBRIDGE_FUNCTIONS_PORT: '7171' }).url).toBe('http://127.0.0.1:7171');
});

test('An address that is none is told with the name of what said it', () => {
  const setting = { STOCKBRIDGE_FUNCTIONS_URL: 'ftp://app' };
  expect(() => readFunctionsApp(setting)).toThrow('Setting STOCKBRIDGE_FUNCTIONS_URL is "ftp://app"');
  expect(() => readFunctionsApp(setting, 'here')).toThrow('Option --url is "here"');
});

test('The adapter is the laptop’s unless a setting names another', () => {
  expect(readAdapter({})).toEqual({ url: 'http://127.0.0.1:7080', key: undefined });
  expect(readAdapter({ STOCKBRIDGE_ADAPTER_PORT: '7180' }).url).toBe('http://127.0.0.1:7180');
  expect(readAdapter({ WmsAdapterUrl: 'https://wms.example', STOCKBRIDGE_ADAPTER_KEY: 'k' })).toEqual({
    url: 'https://wms.example',
    key: 'k',
  });
  expect(() => readAdapter({ WmsAdapterUrl: 'ftp://wms' })).toThrow('Setting WmsAdapterUrl is "ftp://wms"');
});
