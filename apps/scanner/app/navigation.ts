import { signal } from '@preact/signals';
import type { ScanState } from '../core/scan.ts';
import type { PickTask, RecountTask } from '../core/scanner-device.ts';
import { clearFlash } from './feedback.ts';

export type Screen =
  | { readonly kind: 'home' }
  | { readonly kind: 'receive' }
  | { readonly kind: 'pick' }
  | { readonly kind: 'pick-order'; readonly orderId: string }
  | { readonly kind: 'pick-line'; readonly task: PickTask }
  | { readonly kind: 'adjust' }
  | { readonly kind: 'count' }
  /** `tasks`: at one location, the first one first. `isThere`: the location was scanned. */
  | { readonly kind: 'recount'; readonly tasks: readonly RecountTask[]; readonly isThere: boolean }
  | { readonly kind: 'move' }
  | { readonly kind: 'stock'; readonly code?: string }
  | { readonly kind: 'queue'; readonly state?: ScanState }
  | { readonly kind: 'scan'; readonly sequence: number }
  | { readonly kind: 'settings' };

const HOME: Screen = { kind: 'home' };

const screens = signal<readonly Screen[]>([HOME]);

/** The screen that is shown, on top of those that it was opened from. */
export function currentScreen(): Screen {
  return screens.value.at(-1) ?? HOME;
}

/** The screen from which somebody went to look at the queue, and comes back to: what is not saved there stays. */
export function coveredScreen(): Screen | undefined {
  const below = screens.value.findLast(({ kind }) => kind !== 'queue' && kind !== 'scan');
  return below === currentScreen() ? undefined : below;
}

/** The device's own way back does what the one of the app does. */
export function startNavigation(): void {
  history.replaceState({ depth: 1 }, '');
  addEventListener('popstate', (event) => {
    const depth: unknown = event.state?.depth;
    screens.value = screens.value.slice(0, typeof depth === 'number' ? Math.max(1, depth) : 1);
  });
}

/** What was said on the screen before is said. */
export function open(screen: Screen): void {
  clearFlash();
  screens.value = [...screens.value, screen];
  history.pushState({ depth: screens.value.length }, '');
}

/** Shows another in place of this one. */
export function replace(screen: Screen): void {
  screens.value = [...screens.value.slice(0, -1), screen];
}

export function back(): void {
  if (screens.value.length > 1) history.back();
}

/** Back to the last screen of a kind, or home where there is none. */
export function backTo(kind: Screen['kind']): void {
  const at = screens.value.findLastIndex((screen) => screen.kind === kind);
  const deep = screens.value.length - 1 - Math.max(0, at);
  if (deep > 0) history.go(-deep);
}
