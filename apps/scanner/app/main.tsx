import { computed, effect, signal } from '@preact/signals';
import { render } from 'preact';
import { keepApp, keepStorage } from '../shell/app-shell.ts';
import { connectDevice } from '../shell/device-connection.ts';
import { App } from './app.tsx';
import { accepted, refused } from './feedback.ts';
import { startScanInput } from './input/scan-target.ts';
import { itemOf, nameOf } from './items.ts';
import { currentScreen, startNavigation } from './navigation.ts';
import { submitForOtherTabs } from './other-tabs.ts';
import { quantityWords } from './parts/scan-row.tsx';
import { ask, deviceState, language, now, status, text, version } from './state.ts';
import { isSubmitting } from './submit.ts';
import { reopenTask } from './task/reopen.ts';
import { startTheme } from './theme.ts';
import './style/style.css';

/** Milliseconds between two looks at the clock. */
const TICK_MS = 5_000;

/** What the browser says of the network. */
const hasNetwork = signal(navigator.onLine);
for (const change of ['online', 'offline'])
  addEventListener(change, () => {
    hasNetwork.value = navigator.onLine;
  });

startTheme();
startNavigation();
startScanInput();
setInterval(() => {
  now.value = Date.now();
}, TICK_MS);

effect(() => {
  document.documentElement.lang = language.value;
  document.title = text.value.app;
});

const connection = connectDevice((state) => {
  deviceState.value = state;
  if (state.kind !== 'running') {
    status.value = undefined;
    return;
  }
  void ask((device) =>
    device.watch((told) => {
      now.value = Date.now();
      status.value = told;
    }),
  );
  void reopenTask();
});

submitForOtherTabs(async (answer) => {
  const { common, types } = text.value;
  if (answer.kind !== 'stored') return refused(common.otherTabNotStored);
  const { type, itemId } = answer.scan.transaction;
  const item = nameOf(await itemOf(itemId));
  return accepted(common.otherTab(`${types[type]} ${quantityWords(answer.scan)} × ${item}`));
});

const shell = keepApp({
  onVersion: (told) => {
    version.value = told;
  },
  onWakeUp: () => void ask((device) => device.syncNow()),
});
void keepStorage();

// A new version begins when nobody is in the middle of something.
effect(() => {
  const isAtNothing = status.value?.user === undefined || currentScreen().kind === 'home';
  const isIdle = isAtNothing && !isSubmitting.value;
  if (version.value === 'begun' && isIdle) location.reload();
});

// What waits is uploaded when there is a network, even if the page is in the background then. Asked once for each time without:
// where the browser thinks that there is one, it would wake the page at once.
const waitsForNetwork = computed(() => !hasNetwork.value && (status.value?.counts.queued ?? 0) > 0);
effect(() => {
  if (waitsForNetwork.value) void shell.then((known) => known?.askForWakeUp());
});

const root = document.querySelector('#app');
if (root !== null)
  render(
    <App
      onTakeOver={() => connection.takeOver()}
      onTryAgain={() => connection.tryAgain()}
      onUpdate={() => void shell.then((known) => known?.beginNewVersion())}
    />,
    root,
  );
