import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drive } from '../fixtures/referee-drive.ts';
import { type RefereeHost, runRecordedApp, runVersionsApp } from '../fixtures/referee-host.ts';
import { type Outcome, recordedOutcome } from '../fixtures/referee-outcome.ts';
import { readEpisodes, recordingsPresent } from '../fixtures/referee-recordings.ts';

/** Recorded orchestrations that are not compared, and why. */
const LEFT_OUT: Record<string, string> = {
  entCall: 'entities are not supported',
  entClient: 'entities are not supported',
  entLock: 'entities are not supported',
  entUnknown: 'entities are not supported',
  'http-500': 'callHttp is not supported',
  'http-get': 'callHttp is not supported',
  'http-post': 'callHttp is not supported',
  'http-refused': 'callHttp is not supported',
  'nondet-name':
    'an activity of another name under the same number: the real host does not see it, this one does and says so',
  rewind: 'rewind is not supported',
  retryTimeout:
    'timers of the real host fire up to a second early: six attempts fit into 1.5 s there, three here',
  retryTimeout2:
    'timers of the real host fire up to a second early: four attempts fit into 3 s there, three here',
};

/**
 * In these the order of events hangs on sleeps of the app, a tenth of a second to two and a half apart: they run without the
 * others, and once more alone when a busy machine has changed that order.
 */
const RACES = [
  'anyActs',
  'anyEventWins-cancel',
  'anyEventWins-noCancel',
  'anyReuse',
  'canEvents',
  'eventBefore',
  'eventSeq',
  'fan',
];

const episodes = recordingsPresent ? readEpisodes() : new Map();
const compared = [...episodes.keys()].filter((name) => !(name in LEFT_OUT));
const ofVersionsApp = (name: string) => /^(props|version)-/.test(name);

if (!recordingsPresent)
  test.skip('the recordings of the real host are not beside the repository: nothing to compare with', () => {});

describe.runIf(recordingsPresent)('orchestrations run as they ran on the real host', () => {
  const hosts: RefereeHost[] = [];
  const outcomes = new Map<string, (() => Outcome) | Error>();

  beforeAll(async () => {
    hosts.push(...(await Promise.all([runRecordedApp(), runVersionsApp()])));
    const [recorded, versions] = hosts;
    if (!recorded || !versions) return;
    const run = async (name: string) => {
      const host = ofVersionsApp(name) ? versions : recorded;
      outcomes.set(name, await drive(host, episodes.get(name)).catch((error: Error) => error));
    };
    const differs = (name: string) => {
      const outcome = outcomes.get(name);
      return (
        typeof outcome === 'function' && !isDeepStrictEqual(outcome(), recordedOutcome(episodes.get(name)))
      );
    };
    // Invocations that should not be have until the end of the longest to show.
    await Promise.all(compared.filter((name) => !RACES.includes(name)).map(run));
    await Promise.all(RACES.map(run));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      for (const name of RACES.filter(differs)) await run(name);
    }
  }, 120_000);
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.stop()));
  });

  test.each(compared)('%s', (name) => {
    const outcome = outcomes.get(name);
    if (typeof outcome !== 'function') throw outcome;
    expect(outcome()).toEqual(recordedOutcome(episodes.get(name)));
  });

  test('what is left out or run alone exists', () => {
    expect([...Object.keys(LEFT_OUT), ...RACES].filter((name) => !episodes.has(name))).toEqual([]);
  });
});
