import type { RunningLock } from '../../../shared/contracts/location-lock.ts';
import { problemType } from '../../../shared/contracts/problem-type.ts';
import type { AdapterClient, Answer } from './adapter-client.ts';
import type { DeviceStore } from './device-store.ts';
import type { CountBegun, ScannerDevice } from './scanner-device.ts';

/** Milliseconds for which a lock is waited for before the count goes on without. */
const PATIENCE_MS = 10_000;

export type CountingParts = {
  readonly store: Pick<DeviceStore, 'enrolment' | 'session'>;
  readonly client: Pick<AdapterClient, 'takeLock' | 'extendLock' | 'releaseLock' | 'takeOverLock'>;
  readonly isOffline: () => boolean;
  readonly within: <Result>(work: Promise<Result>, ms: number) => Promise<Result | undefined>;
  /** By how many milliseconds the wall clock is ahead of the server's. */
  readonly clockOffsetMs: () => number;
  /** The wall clock: milliseconds since 1970 UTC. */
  readonly now: () => number;
};

type Counting = Pick<
  ScannerDevice,
  'beginCount' | 'resumeCount' | 'extendCount' | 'abandonCount' | 'takeOverCount'
>;

/** The locks of locations under count. */
export function counting(parts: CountingParts): Counting {
  const { store, client, isOffline, within, clockOffsetMs, now } = parts;

  function who(): { readonly scannerId: string; readonly userId: string } | undefined {
    const scannerId = store.enrolment()?.scannerId;
    const userId = store.session()?.userId;
    return scannerId === undefined || userId === undefined ? undefined : { scannerId, userId };
  }

  /** A lock that comes too late is let go of: the count goes on as one without. */
  async function lock(asked: Promise<Answer<RunningLock>>): Promise<CountBegun> {
    const answer = await within(asked, PATIENCE_MS);
    if (answer === undefined) asked.then(letGo).catch(() => undefined);
    return begun(answer);
  }

  async function letGo(answer: Answer<RunningLock>): Promise<void> {
    if (answer.kind === 'answered') await client.releaseLock(answer.body.lockId);
  }

  function begun(answer: Answer<RunningLock> | undefined): CountBegun {
    switch (answer?.kind) {
      case 'answered':
        return { kind: 'running', lockId: answer.body.lockId, until: byDevice(answer.body.until) };
      case 'refused': {
        const [holder] = answer.problem.locks ?? [];
        if (holder === undefined) return { kind: 'refused', problem: answer.problem };
        const { lockId, userId, scannerId, until } = holder;
        return { kind: 'taken', lockId, userId, scannerId, until: byDevice(until) };
      }
      case 'failing':
      case 'no-answer':
      case undefined:
        return { kind: 'offline' };
    }
  }

  /** An instant of the server's clock, by the device's wall clock. */
  function byDevice(instant: string): string {
    return new Date(Date.parse(instant) + clockOffsetMs()).toISOString();
  }

  const type = problemType('signed-out');
  const signedOut: CountBegun = {
    kind: 'refused',
    problem: { type, title: 'Nobody is signed in', status: 403 },
  };

  return {
    async beginCount(warehouseId, locationId) {
      const by = who();
      if (by === undefined) return signedOut;
      return isOffline() ? { kind: 'offline' } : lock(client.takeLock({ warehouseId, locationId, ...by }));
    },
    async resumeCount(warehouseId, locationId, held) {
      const by = who();
      if (by === undefined) return signedOut;
      // Asked whether there is a network or not: right after the start nobody knows. What is the device's runs anew.
      const asked = client.takeLock({ warehouseId, locationId, ...by });
      if (held === undefined || Date.parse(held.until) <= now()) return lock(asked);
      const answer = begun(await within(asked, PATIENCE_MS));
      return answer.kind === 'offline' ? { kind: 'running', ...held } : answer;
    },
    async extendCount(lockId) {
      const by = who();
      if (by === undefined) return signedOut;
      return begun(await within(client.extendLock(lockId, by.scannerId), PATIENCE_MS));
    },
    async abandonCount(lockId) {
      await client.releaseLock(lockId);
    },
    async takeOverCount(lockId, reason) {
      const by = who();
      if (by === undefined) return signedOut;
      return lock(client.takeOverLock(lockId, { ...by, reason }));
    },
  };
}
