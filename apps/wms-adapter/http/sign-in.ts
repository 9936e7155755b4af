import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import {
  SIGN_IN_REFUSED,
  signInRequestSchema,
  TOO_MANY_SIGN_INS,
} from '../../../shared/contracts/sign-in.ts';
import type { TakeTurn } from '../sign-in/few-at-a-time.ts';
import { type SignInParts, type SignInResult, signIn } from '../sign-in/sign-in.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { readSecretBody } from './json-body.ts';
import { ProblemException } from './problem.ts';

export interface SignInRouteParts extends Omit<SignInParts, 'newId'> {
  /** Comparing a PIN takes much of a core and 32 MiB. */
  readonly takeTurn: TakeTurn;
}

/** `POST /sign-in`: who has this badge and PIN. For devices, which go by the answer also while they are offline. */
export function signInRoutes({ takeTurn, ...parts }: SignInRouteParts): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>().post('/sign-in', async (context) => {
    const request = await readSecretBody(context, signInRequestSchema, 'pin');
    const caller = context.get('caller');
    const result = await takeTurn(() => signIn({ ...parts, newId: randomUUID }, request, caller));
    if (result.kind !== 'signed-in') throw refusal(result, parts.now());
    return jsonAnswer(context, result.answer);
  });
}

function refusal(result: Exclude<SignInResult, { kind: 'signed-in' }>, now: Date): ProblemException {
  switch (result.kind) {
    case 'refused': {
      const detail = 'there is nobody with this badge and PIN who may work on this device';
      const rest = { type: SIGN_IN_REFUSED, detail };
      return new ProblemException(401, 'Not signed in', rest, { 'www-authenticate': 'Bearer' });
    }
    case 'held-up': {
      const seconds = Math.max(Math.ceil((result.until.getTime() - now.getTime()) / 1_000), 1);
      const detail = `too often the badge or the PIN was wrong; sign in again in ${seconds} seconds, or have a new PIN set`;
      const rest = { type: TOO_MANY_SIGN_INS, detail };
      return new ProblemException(429, 'Not signed in for now', rest, { 'retry-after': String(seconds) });
    }
  }
}
