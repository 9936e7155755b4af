import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Checked } from './checks/finding.ts';
import { type Stage, settle } from './settle.ts';

const sound: Checked = { findings: [], seen: ['all is well'] };

async function play(...stages: Stage[]) {
  const told: string[] = [];
  const checked = await settle(stages, (state) => told.push(state()));
  return {
    told,
    seen: checked.map(({ findings, seen }) => [...findings.map(({ text }) => text), ...seen].join()),
  };
}

test('a stage that does not end in its time is told with how far it was, is asked to end, and the next is taken up', async () => {
  let isOver = false;
  const { seen } = await play(
    {
      name: 'the load ends',
      within: 20,
      check: async ({ tell, signal }) => {
        tell('3 scans wait');
        await sleep(60_000, undefined, { signal }).catch(() => {
          isOver = true;
        });
        return sound;
      },
    },
    { name: 'comparing positions', check: async () => sound },
  );
  expect(seen).toEqual(['the load ends had not ended after 0.02 s: 3 scans wait', 'all is well']);
  expect(isOver).toBe(true);
});

test('a stage that cannot be carried out is a finding, not the end of the campaign', async () => {
  const { seen } = await play(
    {
      name: 'reading the ledger',
      check: async () => {
        throw new Error('the WMS adapter does not answer');
      },
    },
    { name: 'comparing positions', check: async () => sound },
  );
  expect(seen).toEqual([
    'reading the ledger ended with an error: the WMS adapter does not answer',
    'all is well',
  ]);
});

test('a stage tells for how long it may go on', async () => {
  const { told } = await play({ name: 'reconciling', within: 60_000, check: async () => sound });
  expect(told).toEqual(['reconciling, 0 of at most 60 s']);
});
