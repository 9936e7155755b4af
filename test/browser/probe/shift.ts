import type {} from './probe.ts';

/** What the benchmark has a worker do, in a page: on `window.probe` what is not measured, with the app's own screens what is. */
export interface Shift {
  /** Sets the device up and signs somebody in. */
  begin(
    card: { readonly scannerId: string; readonly key: string },
    badge: string,
    pin: string,
  ): Promise<void>;
  /** Fills the queue. */
  store(scans: number): Promise<void>;
  /**
   * Receives single pieces on the screen *Receive*, again and again. Milliseconds from the last key of a scan until it is drawn in its field,
   * and from the touch on the button until the scan is stored and that is drawn.
   */
  receive(times: number): Promise<{ readonly filled: readonly number[]; readonly stored: readonly number[] }>;
}

declare global {
  interface Window {
    shift: Shift;
  }
}

const ITEM = 'ITEM-1';
const LOCATION = 'A-05-02';
/** Milliseconds that a worker takes between two steps at least, and after which nothing comes any more. */
const PAUSE_MS = 100;
const GIVE_UP_MS = 10_000;

window.shift = {
  async begin(card, badge, pin) {
    while (window.probe.states.at(-1)?.kind !== 'running') await pause();
    const { device } = window.probe;
    const enrolled = await device.enrol(card);
    const signedIn = await device.signIn(badge, pin);
    if (enrolled.kind !== 'enrolled' || signedIn.kind !== 'signed-in')
      throw new Error(`The device cannot work: ${JSON.stringify({ enrolled, signedIn })}`);
    await device.syncNow();
    while (navigator.serviceWorker.controller?.state !== 'activated') await pause();
  },
  async store(scans) {
    for (let scan = 0; scan < scans; scan += 1) {
      const { kind } = await window.probe.receiveOne();
      if (kind !== 'stored') throw new Error(`Scan ${scan} was not stored: ${kind}`);
    }
  },
  async receive(times) {
    const filled: number[] = [];
    const stored: number[] = [];
    await timed(() => scan(ITEM), isFilled);
    await timed(
      () => scan(LOCATION),
      (said) => said.includes(LOCATION),
    );
    await timed(save, isStored);
    for (let time = 0; time < times; time += 1) {
      await pause();
      filled.push(await timed(() => scan(ITEM), isFilled));
      await pause();
      stored.push(await timed(save, isStored));
    }
    return { filled, stored };
  },
};

const isStored = (said: string) => said.startsWith('Received');
const isFilled = (said: string) => said.includes(ITEM) && !isStored(said);

/** Keystrokes of a hardware scanner, wherever the focus is. */
function scan(code: string): void {
  for (const key of [...code, 'Enter'])
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
    );
}

function save(): void {
  document.querySelector<HTMLElement>('.actions .button--primary')?.click();
}

/** Milliseconds until what came of `act` is said, and the frame that shows it is drawn. */
async function timed(act: () => void, isIt: (said: string) => boolean): Promise<number> {
  const told = Promise.withResolvers<void>();
  const look = new MutationObserver(() => {
    if (isIt(document.querySelector('.flash--accepted')?.textContent ?? '')) told.resolve();
  });
  look.observe(document.body, { subtree: true, childList: true, characterData: true });
  const giveUp = setTimeout(() => told.reject(new Error(document.body.innerText)), GIVE_UP_MS);
  const begun = performance.now();
  act();
  await told.promise.finally(() => clearTimeout(giveUp));
  look.disconnect();
  await frame();
  return performance.now() - begun;
}

/** Fulfilled when the next frame is drawn: a task of this priority, set right before, is the first one after it. */
function frame(): Promise<void> {
  return new Promise((drawn) => {
    requestAnimationFrame(() => void scheduler.postTask(drawn, { priority: 'user-blocking' }));
  });
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, PAUSE_MS));
}
