import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import type { DeviceStatus } from '../core/scanner-device.ts';
import { type AppVersion, keepApp, keepStorage } from '../shell/app-shell.ts';
import { connectDevice } from '../shell/device-connection.ts';
import type { DeviceState } from '../worker/device-host.ts';
import './style.css';

const state = signal<DeviceState>({ kind: 'opening' });
const status = signal<DeviceStatus | undefined>(undefined);
const version = signal<AppVersion>('current');

const connection = connectDevice((now) => {
  state.value = now;
  if (now.kind !== 'running') status.value = undefined;
  else void now.device.watch((told) => (status.value = told));
});
const shell = keepApp({
  onVersion(now) {
    version.value = now;
    // Nobody is in the middle of something: there is nothing to be done here yet.
    if (now === 'begun') location.reload();
  },
  onWakeUp() {
    if (state.value.kind === 'running') void state.value.device.syncNow();
  },
});
effect(() => {
  const isWaiting = (status.value?.counts.queued ?? 0) > 0 && status.value?.connection !== 'online';
  if (isWaiting) void shell.then((known) => known?.askForWakeUp());
});
void keepStorage();

function App() {
  const told = status.value;
  return (
    <section>
      <h1>Stockbridge scanner</h1>
      <p role="status">{state.value.kind}</p>
      {state.value.kind === 'elsewhere' && (
        <button type="button" onClick={() => connection.takeOver()}>
          Open it here
        </button>
      )}
      {state.value.kind === 'failed' && (
        <>
          <p>{state.value.detail}</p>
          <button type="button" onClick={() => connection.tryAgain()}>
            Try again
          </button>
        </>
      )}
      {version.value === 'ready' && (
        <button type="button" onClick={() => void shell.then((known) => known?.beginNewVersion())}>
          Begin the new version
        </button>
      )}
      {told && (
        <p>
          {told.connection}: {told.counts.queued} queued, {told.counts.synced} synced, {told.counts.refused}{' '}
          refused
        </p>
      )}
    </section>
  );
}

const root = document.querySelector('#app');
if (root !== null) render(<App />, root);
