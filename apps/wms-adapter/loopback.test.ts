import { expect, test } from 'vitest';
import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts';

test.each([
  ['localhost', true],
  ['LocalHost:7080', true],
  ['127.0.0.1:7080', true],
  ['127.8.9.10', true],
  ['[::1]', true],
  ['[::1]:7080', true],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example:7080', false],
  ['evil.example:7080', false],
  ['localhost:7080.evil.example', false],
  ['user@localhost', false],
  ['[::1', false],
  ['[::2]:7080', false],
  ['10.0.0.1', false],
  ['0.0.0.0:7080', false],
  ['', false],
])('The header "Host: %s" names this machine: %s', (header, expected) => {
  expect(isLoopbackHost(header)).toBe(expected);
});

test.each([
  ['http://localhost:3000', true],
  ['https://127.0.0.1', true],
  ['http://[::1]:3000', true],
  ['https://evil.example', false],
  ['http://localhost.evil.example', false],
  ['file://localhost', false],
  ['null', false],
  ['', false],
])('The header "Origin: %s" is of this machine: %s', (header, expected) => {
  expect(isLoopbackOrigin(header)).toBe(expected);
});
