import { expose, proxy } from 'comlink';
import { config } from 'zod';
import { hostDevice } from './device-host.ts';
import type { DeviceWorker } from './device-worker.ts';
import { openScanner } from './open-scanner.ts';

// The page's policy forbids code made at run time, which zod would try.
config({ jitless: true });

const worker: DeviceWorker = {
  async start(begin, show) {
    hostDevice(navigator.locks, begin, openScanner, (state) => {
      if (state.kind === 'running') show({ kind: 'running' }, proxy(state.device));
      else show(state);
    });
  },
  async networkChanged(isOnline) {
    self.dispatchEvent(new Event(isOnline ? 'online' : 'offline'));
  },
};

expose(worker);
