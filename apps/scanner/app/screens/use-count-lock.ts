import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { CountBegun, HeldLock } from '../../core/scanner-device.ts';
import { told } from '../feedback.ts';
import { ask, now, text } from '../state.ts';

export type CountLockState = { readonly kind: 'none' } | { readonly kind: 'asking' } | CountBegun;

export type CountLock = {
  readonly state: Signal<CountLockState>;
  begin(locationId: string): Promise<void>;
  /** Goes on with a count that was under way when the app ended; `held`: by then. What became of that lock is said. */
  resume(locationId: string, held: HeldLock | undefined): Promise<void>;
  askAgain(): Promise<void>;
  takeOver(reason: string): Promise<void>;
  /** The location is left. */
  end(): void;
  /** It ends by the count that was just stored. */
  forget(): void;
};

/** It is asked for again when it ends within so many milliseconds. */
const EXTEND_MS = 10 * 60_000;

/** The lock of the location that is being counted; it is let go of when the screen is left. */
export function useCountLock(warehouseId: string): CountLock {
  const state = useSignal<CountLockState>({ kind: 'none' });
  const location = useSignal('');
  const isLeft = useRef(false);

  async function become(begun: Promise<CountBegun | undefined>): Promise<void> {
    const before = state.value;
    state.value = { kind: 'asking' };
    state.value = (await begun) ?? before;
    if (isLeft.current) end();
  }

  function begin(locationId: string): Promise<void> {
    location.value = locationId;
    return become(ask((device) => device.beginCount(warehouseId, locationId)));
  }

  function end(): void {
    const { value } = state;
    if (value.kind === 'running') void ask((device) => device.abandonCount(value.lockId));
    state.value = { kind: 'none' };
  }

  useEffect(
    () => () => {
      isLeft.current = true;
      end();
    },
    [],
  );
  useExtension(state);

  return {
    state,
    begin,
    async resume(locationId, held) {
      location.value = locationId;
      await become(ask((device) => device.resumeCount(warehouseId, locationId, held)));
      const { value } = state;
      if (held && value.kind === 'running' && value.lockId !== held.lockId)
        told(text.value.count.lockHadEnded, true);
    },
    askAgain: () => begin(location.value),
    async takeOver(reason) {
      const { value } = state;
      if (value.kind === 'taken') await become(ask((device) => device.takeOverCount(value.lockId, reason)));
    },
    end,
    forget() {
      state.value = { kind: 'none' };
    },
  };
}

function useExtension(state: Signal<CountLockState>): void {
  const current = state.value;
  const left = current.kind === 'running' ? Date.parse(current.until) - now.value : Number.NaN;
  const isNearEnd = left > 0 && left < EXTEND_MS;
  useEffect(() => {
    if (!isNearEnd || current.kind !== 'running') return;
    const { lockId } = current;
    void ask((device) => device.extendCount(lockId)).then((begun) => {
      if (begun?.kind === 'running' && state.value === current) state.value = begun;
    });
  }, [isNearEnd]);
}

/** Whether items may be counted now. */
export function mayCount({ kind }: CountLockState): boolean {
  return kind === 'running' || kind === 'offline';
}
