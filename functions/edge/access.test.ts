import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { refuseOtherSites } from './access.ts';

function call(method: string, headers: Record<string, string>) {
  return () => refuseOtherSites(new HttpRequest({ method, url: 'https://stock.example/api/x', headers }));
}

test.each([
  ['a program', {}],
  ['the console', { 'sec-fetch-site': 'same-origin', origin: 'https://stock.example' }],
  ['somebody who typed the address', { 'sec-fetch-site': 'none' }],
  ['the console in an old browser', { origin: 'https://stock.example' }],
])('%s may change something', (_who, headers) => {
  expect(call('POST', headers)).not.toThrow();
});

test.each([
  ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['of a neighbour', { 'sec-fetch-site': 'same-site', origin: 'https://shop.example' }],
  ['of another site in an old browser', { origin: 'https://evil.example' }],
  ['in a frame without origin', { origin: 'null' }],
])('a page %s may look, and change nothing', (_which, headers) => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
    expect(call(method, headers)).toThrow(/another site/);
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(call(method, headers)).not.toThrow();
});
