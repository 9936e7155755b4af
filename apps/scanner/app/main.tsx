import { render } from 'preact';
import './style.css';
import { signal } from '@preact/signals';
import type { DeviceStatus } from '../core/scanner-device.ts';
import { type AppVersion, keepApp, keepStorage } from '../shell/app-shell.ts';
import { connectDevice } from '../shell/device-connection.ts';
import type { DeviceState } from '../worker/device-host.ts';

const state = signal<DeviceState>({ kind: 'opening' });
const status = signal<DeviceStatus | undefined>(undefined);
const version = signal<AppVersion>('current');

const connection = connectDevice((now) => {
  state.value = now;
  if (now.kind === 'running') void now.device.watch((told) => (status.value = told));
});
const shell = keepApp({
  onVersion: (now) => {
    version.value = now;
    if (now === 'begun') location.reload();
  },
  onWakeUp: () => {
    if (state.value.kind === 'running') void state.value.device.syncNow();
  },
});
void keepStorage();

function App() {
  return (
    <section>
      <h1>Stockbridge scanner</h1>
      <p role="status">{state.value.kind}</p>
      {state.value.kind === 'elsewhere' && (
        <button type="button" onClick={() => connection.takeOver()}>
          Take over
        </button>
      )}
      {version.value === 'ready' && (
        <button type="button" onClick={() => void shell.then((known) => known?.beginNewVersion())}>
          Begin the new version
        </button>
      )}
      <dl>
        <dt>Queued</dt>
        <dd>{status.value?.counts.queued}</dd>
      </dl>
    </section>
  );
}

const root = document.querySelector('#app');
if (root !== null) render(<App />, root);
