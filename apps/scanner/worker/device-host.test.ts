import { locks } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { ScannerDevice } from '../core/scanner-device.ts';
import { type Begin, type DeviceState, hostDevice, OpenError, type OpenHow } from './device-host.ts';

/** A worker whose device is opened by the test. */
function worker(begin: Begin, open: (how: OpenHow) => Promise<void> = async () => undefined) {
  const states: DeviceState['kind'][] = [];
  const told = new Map<DeviceState['kind'], (state: DeviceState) => void>();
  let isOpen = false;
  hostDevice(
    locks,
    begin,
    async (how) => {
      await open(how);
      isOpen = true;
      return {
        device: noDevice,
        close: async () => {
          isOpen = false;
        },
      };
    },
    (state) => {
      states.push(state.kind);
      told.get(state.kind)?.(state);
    },
  );
  return {
    states,
    isOpen: () => isOpen,
    until: (kind: DeviceState['kind']) => new Promise<DeviceState>((resolve) => void told.set(kind, resolve)),
  };
}

/** The host only hands it on. */
const noDevice = {} as ScannerDevice;

test('who takes the device over gets it, and the one before has closed it when it says so', async () => {
  const first = worker('line-up');
  await first.until('running');
  const second = worker('take-over');
  const taken = first.until('elsewhere');
  await second.until('running');
  expect(await taken).toEqual({ kind: 'elsewhere', wasHere: true });
  expect([first.isOpen(), second.isOpen()]).toEqual([false, true]);
  const third = worker('take-over');
  await third.until('running');
});

test('a device that is taken over while it is being opened is closed again', async () => {
  const opening = Promise.withResolvers<void>();
  const first = worker('take-over', () => opening.promise);
  await first.until('opening');
  const second = worker('take-over');
  await second.until('running');
  opening.resolve();
  await first.until('elsewhere');
  expect(first.isOpen()).toBe(false);
  expect(first.states).toEqual(['opening', 'elsewhere']);
});

test('a device that cannot be opened leaves its place to the next in line, and says why', async () => {
  const first = worker('take-over', async () => {
    throw new OpenError('damaged', 'file is not a database');
  });
  const second = worker('line-up');
  expect(await first.until('failed')).toEqual({
    kind: 'failed',
    reason: 'damaged',
    detail: 'file is not a database',
  });
  await second.until('running');
});

test('without Web Locks, which ask for HTTPS, it says that it cannot be opened', () => {
  const states: DeviceState[] = [];
  hostDevice(
    undefined,
    'line-up',
    () => Promise.reject(),
    (state) => states.push(state),
  );
  expect(states).toEqual([
    { kind: 'failed', reason: 'unsupported', detail: 'This page does not come by HTTPS' },
  ]);
});
