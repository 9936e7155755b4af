import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECORDINGS } from '../fixtures/make-app.ts';

/** One request of the recording's driver and what the real host answered. */
export interface RecordedCall {
  label?: string;
  /** ISO 8601 UTC. */
  at: string;
  request: {
    method: string;
    path: string;
    headers: Record<string, string>;
    /** `length`: the recording tells only how long it was. */
    body?: string | { length: number };
  };
  response: { status: number; headers: [string, string][]; body: unknown };
}

/** One invocation of an orchestrator, activity or entity, raw. */
export interface RecordedStep {
  kind: 'orchestrator' | 'activity' | 'entity';
  function: string;
  tIn: string;
  tOut: string;
  input: { inputData: { data: { string?: string } }[]; triggerMetadata: { instanceId?: { string: string } } };
  output: { returnValue?: unknown; result: { exception?: { message: string } } };
}

/** One orchestration from start to end. */
export interface Episode {
  name: string;
  driver: RecordedCall[];
  steps: RecordedStep[];
  /** Answer of GET `instances/ID?showHistory=true&showHistoryOutput=true` by instance id, those of children too. */
  finalStatus: Record<string, { runtimeStatus: string } | null>;
}

/** False where the recordings are not beside the repository. */
export const recordingsPresent = existsSync(RECORDINGS);

/** All recorded orchestrations by name. */
export function readEpisodes(): Map<string, Episode> {
  const names = readdirSync(RECORDINGS)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  return new Map(names.map((name) => [name, { ...read(`${name}.json`), name }]));
}

/** The requests of one recording of the HTTP API. */
export function readCalls(name: string): RecordedCall[] {
  return read(`http/${name}.json`).calls.filter((call: Partial<RecordedCall>) => call.request);
}

const read = (file: string) => JSON.parse(readFileSync(join(RECORDINGS, file), 'utf8'));
