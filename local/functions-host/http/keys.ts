import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonFile } from '../settings/json-file.ts';

const keysSchema = z.object({ default: z.string().min(8), _master: z.string().min(8) });

/** The host's access keys: `default` opens functions of level `function`, `_master` everything. */
export type AccessKeys = z.infer<typeof keysSchema>;

/**
 * Reads `keys.json` of the data folder, or makes it, readable by its owner only, the first time.
 * @throws HostStartError when the file is not what it should be.
 */
export function loadAccessKeys(dataFolder: string): AccessKeys {
  const file = join(dataFolder, 'keys.json');
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true });
    const keys: AccessKeys = { default: newKey(), _master: newKey() };
    writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  }
  return parseJsonFile(file, readFileSync(file, 'utf8'), keysSchema);
}

/** True when the request may call something of that level (`anonymous`, `function`, `admin`). */
export function isAuthorized(request: IncomingMessage, level: string, keys: AccessKeys): boolean {
  if (level === 'anonymous') return true;
  const given = keyOf(request);
  if (given === undefined) return false;
  return sameText(given, keys._master) || (level === 'function' && sameText(given, keys.default));
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
