import { computed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { clearFlash, refused } from './feedback.ts';
import { backTo, coveredScreen, currentScreen, open, type Screen } from './navigation.ts';
import { Banners } from './parts/banners.tsx';
import { CameraSheet } from './parts/camera-sheet.tsx';
import { Covered } from './parts/covered.ts';
import { LiveRegions } from './parts/flash-bar.tsx';
import { StatusBar } from './parts/status-bar.tsx';
import { Adjust } from './screens/adjust.tsx';
import { Count } from './screens/count.tsx';
import { Home } from './screens/home.tsx';
import { Move } from './screens/move.tsx';
import { Opening } from './screens/opening.tsx';
import { Pick, PickOrder } from './screens/pick.tsx';
import { PickLine } from './screens/pick-line.tsx';
import { Queue } from './screens/queue.tsx';
import { Receive } from './screens/receive.tsx';
import { Recount } from './screens/recount.tsx';
import { ScanDetail } from './screens/scan-detail.tsx';
import { SetUp } from './screens/set-up.tsx';
import { Settings } from './screens/settings.tsx';
import { SignIn } from './screens/sign-in.tsx';
import { Stock } from './screens/stock.tsx';
import { forgetTaskLists } from './screens/task-lists.ts';
import { ask, deviceState, failure, status, text } from './state.ts';
import { isReopened } from './task/reopen.ts';

export type AppProps = {
  readonly onTakeOver: () => void;
  readonly onTryAgain: () => void;
  /** Begins the new version of the app. */
  readonly onUpdate: () => void;
};

/** The whole page: the state of the device on top, below it the screen that is needed. */
export function App(props: AppProps) {
  useNewRefusals();
  useFailures();
  return (
    <>
      <StatusBar />
      <CurrentScreen {...props} />
      <LiveRegions />
      <CameraSheet />
    </>
  );
}

/** What decides about the screen. The status as a whole, which is told after each scan, would have all of a screen drawn anew. */
const stage = computed(() => {
  const told = status.value;
  if (told === undefined) return 'opening';
  if (told.device === undefined) return 'set-up';
  return told.user === undefined ? 'sign-in' : 'work';
});
const refusedCount = computed(() => status.value?.counts.refused);

function CurrentScreen({ onTakeOver, onTryAgain, onUpdate }: AppProps) {
  const state = deviceState.value;
  if (state.kind !== 'running')
    return <Opening key="opening" state={state} onTakeOver={onTakeOver} onTryAgain={onTryAgain} />;
  if (stage.value === 'set-up') return <SetUp key="set-up" />;
  if (stage.value === 'sign-in') return <SignIn key="sign-in" />;
  if (stage.value === 'opening' || !isReopened.value)
    return (
      <Opening key="opening" state={{ kind: 'opening' }} onTakeOver={onTakeOver} onTryAgain={onTryAgain} />
    );
  const screen = currentScreen();
  const covered = coveredScreen();
  return (
    <>
      <Banners onSignIn={signOut} />
      {(covered ? [covered, screen] : [screen]).map((one) => (
        <Covered.Provider key={keyOf(one)} value={one !== screen}>
          <div class="layer" hidden={one !== screen}>
            <Work screen={one} onUpdate={onUpdate} />
          </div>
        </Covered.Provider>
      ))}
    </>
  );
}

/** Another key is another screen, which begins anew. */
function keyOf(screen: Screen): string {
  switch (screen.kind) {
    case 'pick-line':
      // What was picked in part is a new task, with nothing filled in.
      return `pick-line ${screen.task.allocationId} ${screen.task.open}`;
    case 'scan':
      return `scan ${screen.sequence}`;
    default:
      return screen.kind;
  }
}

function Work({ screen, onUpdate }: { readonly screen: Screen; readonly onUpdate: () => void }) {
  switch (screen.kind) {
    case 'home':
      return <Home onUpdate={onUpdate} />;
    case 'receive':
      return <Receive />;
    case 'pick':
      return <Pick />;
    case 'pick-order':
      return <PickOrder orderId={screen.orderId} />;
    case 'pick-line':
      return <PickLine task={screen.task} />;
    case 'adjust':
      return <Adjust />;
    case 'count':
      return <Count />;
    case 'recount':
      return <Recount tasks={screen.tasks} isThere={screen.isThere} />;
    case 'move':
      return <Move />;
    case 'stock':
      return <Stock code={screen.code} />;
    case 'queue':
      return <Queue state={screen.state} />;
    case 'scan':
      return <ScanDetail sequence={screen.sequence} />;
    case 'settings':
      return <Settings onSignOut={signOut} />;
  }
}

function signOut(): void {
  clearFlash();
  forgetTaskLists();
  backTo('home');
  void ask((device) => device.signOut());
}

/** A scan that has just become red is said at once, wherever the worker is. */
function useNewRefusals(): void {
  const count = refusedCount.value;
  const before = useRef(count);
  useEffect(() => {
    const isNew = before.current !== undefined && count !== undefined && count > before.current;
    before.current = count;
    if (!isNew || currentScreen().kind === 'queue') return;
    const { banner } = text.value;
    const look = { label: banner.look, run: () => open({ kind: 'queue', state: 'refused' }) };
    refused(banner.red(count), stage.value === 'work' ? look : undefined);
  }, [count]);
}

function useFailures(): void {
  const detail = failure.value;
  useEffect(() => {
    if (detail === undefined) return;
    failure.value = undefined;
    refused(text.value.common.unexpected(detail));
  }, [detail]);
}
