import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonFile } from '../settings/json-file.ts';

const key = z.string().min(8);
const keysSchema = z.object({ default: key, _master: key, durabletask_extension: key });

type KeyName = keyof AccessKeys;

/**
 * The host's access keys: `default` opens functions of level `function`, `durabletask_extension` the HTTP API of Durable
 * Functions, `_master` everything.
 */
export type AccessKeys = z.infer<typeof keysSchema>;

/**
 * Reads `keys.json` of the data folder, or makes it, readable by its owner only, the first time.
 * @throws HostStartError when the file is not what it should be.
 */
export function loadAccessKeys(dataFolder: string): AccessKeys {
  const file = join(dataFolder, 'keys.json');
  const stored = existsSync(file)
    ? parseJsonFile(file, readFileSync(file, 'utf8'), keysSchema.partial())
    : {};
  const keys: AccessKeys = {
    default: stored.default ?? newKey(),
    _master: stored._master ?? newKey(),
    durabletask_extension: stored.durabletask_extension ?? newKey(),
  };
  if (Object.keys(stored).length < Object.keys(keys).length) {
    mkdirSync(dataFolder, { recursive: true });
    writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  }
  return keys;
}

/** Who may call something; `system` is the API of an extension. */
export type AuthLevel = 'anonymous' | 'function' | 'system' | 'admin';

const OPENED_BY: Record<Exclude<AuthLevel, 'anonymous'>, KeyName> = {
  function: 'default',
  system: 'durabletask_extension',
  admin: '_master',
};

/** True when the request may call something of that level. */
export function isAuthorized(request: IncomingMessage, level: AuthLevel, keys: AccessKeys): boolean {
  if (level === 'anonymous') return true;
  const given = keyOf(request);
  if (given === undefined) return false;
  return sameText(given, keys._master) || sameText(given, keys[OPENED_BY[level]]);
}

function keyOf(request: IncomingMessage): string | undefined {
  const header = request.headers['x-functions-key'];
  if (typeof header === 'string' && header !== '') return header;
  const queryAt = request.url?.indexOf('?') ?? -1;
  if (queryAt < 0) return undefined;
  return new URLSearchParams(request.url?.slice(queryAt)).get('code') ?? undefined;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const newKey = () => randomBytes(40).toString('base64url');
