import { signal } from '@preact/signals';
import { drawn } from './drawn.ts';
import { preferences } from './state.ts';

/** What is shown, heard and felt of the last scan or step. */
export type Flash = {
  readonly kind: 'accepted' | 'refused' | 'told';
  readonly message: string;
  readonly action?: { readonly label: string; readonly run: () => void };
};

export const flash = signal<Flash | undefined>(undefined);

/** Milliseconds for which good news stays; bad news stays until the next step. */
const SHOWN_MS = 4_000;

let timer: ReturnType<typeof setTimeout> | undefined;

/** It was taken. */
export function accepted(message: string): void {
  show({ kind: 'accepted', message });
  void sound(ACCEPTED, 60);
}

/** It was not taken; `action` offers what can be done. */
export function refused(message: string, action?: Flash['action']): void {
  show({ kind: 'refused', message, ...(action && { action }) });
  void sound(REFUSED, [140, 70, 140]);
}

/** Only a message; `isLasting`: until the next step, for who does not look just now. */
export function told(message: string, isLasting = false): void {
  show({ kind: 'told', message }, isLasting);
}

export function clearFlash(): void {
  clearTimeout(timer);
  flash.value = undefined;
}

function show(next: Flash, isLasting = next.kind === 'refused'): void {
  clearTimeout(timer);
  flash.value = next;
  if (!isLasting) timer = setTimeout(clearFlash, SHOWN_MS);
}

type Note = {
  readonly hertz: number;
  /** Seconds. */
  readonly from: number;
  readonly length: number;
  readonly wave: OscillatorType;
};

const ACCEPTED: readonly Note[] = [
  { hertz: 1_046, from: 0, length: 0.07, wave: 'sine' },
  { hertz: 1_568, from: 0.08, length: 0.1, wave: 'sine' },
];
/** Low and rough: told from the other in a noisy hall. */
const REFUSED: readonly Note[] = [
  { hertz: 196, from: 0, length: 0.18, wave: 'square' },
  { hertz: 156, from: 0.22, length: 0.3, wave: 'square' },
];

async function sound(notes: readonly Note[], pattern: VibratePattern): Promise<void> {
  await drawn();
  play(notes);
  buzz(pattern);
}

let audio: AudioContext | undefined;

function play(notes: readonly Note[]): void {
  if (!preferences.value.sound) return;
  audio ??= new AudioContext();
  // It sleeps until somebody has touched the page or a key.
  if (audio.state === 'suspended') void audio.resume().catch(() => undefined);
  for (const note of notes) playNote(audio, note);
}

function playNote(context: AudioContext, { hertz, from, length, wave }: Note): void {
  const start = context.currentTime + from;
  const oscillator = new OscillatorNode(context, { type: wave, frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.35, start + 0.01);
  gain.gain.setValueAtTime(0.35, start + length - 0.02);
  gain.gain.linearRampToValueAtTime(0, start + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}

function buzz(pattern: VibratePattern): void {
  if (preferences.value.vibration) navigator.vibrate?.(pattern);
}
