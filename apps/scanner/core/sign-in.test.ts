import { beforeEach, expect, test } from 'vitest';
import { SIGN_IN_REFUSED } from '../../../shared/contracts/sign-in.ts';
import { openDeviceStore } from '../store/device-store.ts';
import { openNodeSqlite } from '../store/node-sqlite.ts';
import type { Answer, ServerSignIn } from './adapter-client.ts';
import type { DeviceStore } from './device-store.ts';
import { derivePin, PIN_ITERATIONS } from './pin-verifier.ts';
import { signIn } from './sign-in.ts';
import { trustedTime } from './trusted-time.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';
import { within } from './within.ts';

const HOUR = 3_600_000;
const ANN: ServerSignIn = {
  userId: 'ann',
  name: 'Ann',
  role: 'worker',
  warehouseIds: ['WH-001'],
  validForMs: 12 * HOUR,
};
const online: Answer<ServerSignIn> = { kind: 'answered', body: ANN };
const offline: Answer<ServerSignIn> = { kind: 'no-answer', detail: 'no network' };
const refused = (status: number, type: string): Answer<ServerSignIn> => ({
  kind: 'refused',
  problem: { type, title: 'no', status },
});

let store: DeviceStore;
let time: VirtualTime;
let iterations: number[];
/** Wrong tries that were noted when a PIN began to be checked. */
let noted: (number | undefined)[];

beforeEach(() => {
  store = openDeviceStore(openNodeSqlite(':memory:'));
  time = virtualTime();
  iterations = [];
  noted = [];
});

function tryPin(answer: Answer<ServerSignIn> | Promise<Answer<ServerSignIn>>, pin = '1234') {
  const parts = {
    store,
    client: { signIn: async () => answer },
    time: trustedTime(time, store),
    // The real derivation, with so few rounds that a test of many PINs is fast.
    derive: (text: string, salt: string, rounds: number) => {
      iterations.push(rounds);
      noted.push(store.remembered('B-1')?.wrong);
      return derivePin(text, salt, 10);
    },
    within: <Result>(work: Promise<Result>, ms: number) => within(time.after, work, ms),
  };
  return signIn(parts, 'B-1', pin);
}

const user = { userId: 'ann', name: 'Ann', role: 'worker', warehouseIds: ['WH-001'] };

test('the server says who it is, and the device keeps for how long', async () => {
  const answer = await tryPin(online);
  const validUntil = '2026-11-22T22:00:00.000Z';
  expect(answer).toEqual({ kind: 'signed-in', user: { ...user, validUntil, isOffline: false } });
  expect(store.session()).toEqual({ ...user, validUntil, isOffline: false });
});

test('the PIN is kept nowhere, only what 600,000 rounds make of it', async () => {
  await tryPin(online, '987654');
  expect(iterations).toEqual([PIN_ITERATIONS]);
  expect(PIN_ITERATIONS).toBe(600_000);
  expect(JSON.stringify(store.remembered('B-1'))).not.toContain('987654');
});

test('who has signed in by the server signs in offline with the same PIN, and no longer than the server said', async () => {
  await tryPin(online);
  store.putSession(undefined);
  await time.advance(11 * HOUR);
  const answer = await tryPin(offline);
  expect(answer).toMatchObject({
    kind: 'signed-in',
    user: { isOffline: true, validUntil: '2026-11-22T22:00:00.000Z' },
  });
  await time.advance(HOUR);
  expect(await tryPin(offline)).toEqual({ kind: 'unknown-offline' });
});

test('nobody signs in offline who has not been here', async () => {
  expect(await tryPin(offline)).toEqual({ kind: 'unknown-offline' });
  expect(store.session()).toBeUndefined();
});

test('what the server refuses is wrong, also where an earlier sign-in would do', async () => {
  await tryPin(online);
  store.putSession(undefined);
  expect(await tryPin(refused(401, SIGN_IN_REFUSED))).toEqual({ kind: 'wrong' });
  expect(await tryPin(refused(400, 'about:blank'))).toEqual({ kind: 'wrong' });
  expect(store.session()).toBeUndefined();
});

test('who has left, or has another PIN now, signs in offline no more once the server has refused the PIN that was right before', async () => {
  await tryPin(online);
  store.putSession(undefined);
  expect(await tryPin(refused(401, SIGN_IN_REFUSED), '1235')).toEqual({ kind: 'wrong' });
  // A slip of the finger says nothing of the person.
  expect(await tryPin(offline)).toMatchObject({ kind: 'signed-in' });
  store.putSession(undefined);
  expect(await tryPin(refused(401, SIGN_IN_REFUSED))).toEqual({ kind: 'wrong' });
  expect(await tryPin(offline)).toEqual({ kind: 'unknown-offline' });
  expect(store.session()).toBeUndefined();
});

test('a device whose key is not taken still lets people in who were here', async () => {
  await tryPin(online);
  expect(await tryPin(refused(401, 'about:blank'))).toMatchObject({
    kind: 'signed-in',
    user: { isOffline: true },
  });
});

test('who was not here hears what is wrong with a server that answers', async () => {
  const trouble = refused(401, 'urn:stockbridge:problem:key-not-valid');
  expect(await tryPin(trouble)).toEqual({ kind: 'unknown-offline', trouble });
});

test('after too many wrong PINs the server says for how long to wait', async () => {
  const busy = { kind: 'failing', status: 429, detail: 'too many', retryAfterMs: 60_000 } as const;
  expect(await tryPin(busy)).toEqual({ kind: 'locked', until: '2026-11-22T10:01:00.000Z' });
});

test('five wrong PINs offline lock the person for five minutes, also for the right PIN', async () => {
  await tryPin(online);
  for (let tries = 0; tries < 4; tries += 1) expect(await tryPin(offline, '0000')).toEqual({ kind: 'wrong' });
  const locked = { kind: 'locked', until: '2026-11-22T10:05:00.000Z' };
  expect(await tryPin(offline, '0000')).toEqual(locked);
  expect(await tryPin(offline)).toEqual(locked);
  await time.advance(5 * 60_000);
  expect(await tryPin(offline)).toMatchObject({ kind: 'signed-in' });
});

test('the right PIN takes back the wrong ones before', async () => {
  await tryPin(online);
  for (let round = 0; round < 3; round += 1) {
    for (let tries = 0; tries < 4; tries += 1)
      expect(await tryPin(offline, '0000')).toEqual({ kind: 'wrong' });
    expect(await tryPin(offline)).toMatchObject({ kind: 'signed-in' });
  }
});

test('a try counts although the app is ended while it is checked', async () => {
  await tryPin(online);
  await tryPin(offline, '0000');
  expect(noted).toEqual([undefined, 1]);
});

test('a server that does not answer for five seconds is not waited for by who may sign in offline', async () => {
  await tryPin(online);
  const signedIn = tryPin(new Promise(() => undefined));
  await time.advance(5_000);
  expect(await signedIn).toMatchObject({ kind: 'signed-in', user: { isOffline: true } });
});

test('the derivation is PBKDF2 with SHA-256', async () => {
  // RFC 7914, section 11: P="passwd", S="salt", c=1, the first 32 of 64 bytes.
  const derived = await derivePin('passwd', btoa('salt'), 1);
  const hex = [...atob(derived)].map((one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  expect(hex).toBe('55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc');
});

test('nobody is asked when the storage cannot be read', async () => {
  let asked = 0;
  const unreadable = Object.assign(store, {
    remembered: () => {
      throw new Error('disk I/O error');
    },
  });
  const parts = {
    store: unreadable,
    client: {
      async signIn() {
        asked += 1;
        return online;
      },
    },
    time: trustedTime(time, store),
    derive: derivePin,
    within: <Result>(work: Promise<Result>, ms: number) => within(time.after, work, ms),
  };
  await expect(signIn(parts, 'B-1', '1234')).rejects.toThrow('disk I/O error');
  expect(asked).toBe(0);
});

test('a wall clock that is set back lets nobody in for longer, over a restart neither', async () => {
  await tryPin(online);
  await time.advance(13 * HOUR);
  trustedTime(time, store).keep();
  time.setAhead(-5 * HOUR);
  expect(await tryPin(offline)).toEqual({ kind: 'unknown-offline' });
  expect(await tryPin(online)).toMatchObject({ kind: 'signed-in' });
});

test('where time goes back with the answer of the server, what it would make last longer is forgotten', async () => {
  time.setAhead(60 * 24 * HOUR);
  await tryPin(online);
  const ann = store.remembered('B-1');
  if (ann) store.remember({ ...ann, badge: 'B-2' });
  trustedTime(time, store).keep();
  time.setAhead(0);
  const answer = await tryPin(online);
  expect(answer).toMatchObject({ user: { validUntil: '2026-11-22T22:00:00.000Z' } });
  expect(store.remembered('B-2')).toBeUndefined();
  expect(await tryPin(offline)).toMatchObject({ kind: 'signed-in' });
});

test('what a time that goes back would make last longer is forgotten before it goes back, also where the app is ended between', async () => {
  time.setAhead(60 * 24 * HOUR);
  await tryPin(online);
  trustedTime(time, store).keep();
  time.setAhead(0);
  const latest = store.latestTime();
  const { forgetSignIns } = store;
  Object.assign(store, {
    forgetSignIns(validUntilBefore: string) {
      if (validUntilBefore > '9999') throw new Error('ended');
      forgetSignIns(validUntilBefore);
    },
  });
  await expect(tryPin(online)).rejects.toThrow('ended');
  expect(store.latestTime()).toBe(latest);
});
