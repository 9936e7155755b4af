import { words } from '../formats.ts';

type Kind = 'good' | 'wait' | 'bad' | 'plain';

/** How each state looks: done, on its way, in need of somebody, or neither. */
const KINDS: Readonly<Record<string, Kind>> = {
  ready: 'good',
  'does-not-answer': 'bad',
  'database-does-not-answer': 'bad',
  'not-heard-of': 'bad',
  completed: 'good',
  running: 'wait',
  queued: 'wait',
  failed: 'bad',
  confirmed: 'good',
  fulfilled: 'good',
  tentative: 'wait',
  releasing: 'wait',
  backordered: 'wait',
  rejected: 'bad',
  opened: 'bad',
  recounted: 'bad',
  assigned: 'wait',
  'recount-asked': 'wait',
  explained: 'wait',
  closed: 'good',
  parked: 'bad',
  'dead-lettered': 'bad',
  overdue: 'bad',
  done: 'good',
  begun: 'wait',
};

/** A state, as a word; the colour only adds to it. */
export function Status({ state }: { state: string }) {
  return <span class={`mark mark--${KINDS[state] ?? 'plain'}`}>{words(state)}</span>;
}
