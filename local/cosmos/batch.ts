import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Container } from './catalog.ts';
import { inTransaction } from './database-file.ts';
import { badRequest, CosmosError } from './errors.ts';
import {
  createItem,
  deleteItem,
  draftOf,
  type ItemResult,
  patchItem,
  readItem,
  replaceItem,
  upsertItem,
} from './items.ts';
import type { Json } from './json.ts';
import { type PartitionKey, type PartitionKeyRange, parseFullPartitionKey } from './partition-key.ts';
import { parsePatch } from './patch.ts';
import { compileCondition } from './query/condition.ts';
import { MINIMUM_CHARGE, round } from './request-charge.ts';

const operation = z.object({
  operationType: z.enum(['Create', 'Upsert', 'Read', 'Delete', 'Replace', 'Patch']),
  id: z.string().optional(),
  partitionKey: z.string().optional(),
  ifMatch: z.string().optional(),
  ifNoneMatch: z.string().optional(),
  resourceBody: z.unknown().optional(),
});

/** One operation of a batch or bulk request. `partitionKey` is JSON text. */
export type BatchOperation = z.infer<typeof operation>;

/** What became of one operation; `body` is JSON text. */
type Outcome = {
  status: number;
  charge: number;
  etag?: string | undefined;
  body?: string | undefined;
  message?: string;
  substatus?: number;
};

/** The answer to a batch: its JSON text, the sum of the charges, and whether every operation succeeded. */
export type BatchResult = { body: string; charge: number; succeeded: boolean; operations: number };

/** Operations in one request, as the service limits it. */
const LIMIT = 100;

/** Reads the body of a batch request. Throws 400. */
export function parseBatch(body: Json): BatchOperation[] {
  const parsed = z.array(operation).min(1).safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badRequest(`The batch is invalid: ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
  }
  if (parsed.data.length > LIMIT)
    throw badRequest(`The batch has ${parsed.data.length} operations; ${LIMIT} are allowed`);
  return parsed.data;
}

/** How a batch is run: all or nothing in one partition, or each operation for itself. */
export type BatchMode =
  | { atomic: true; key: PartitionKey; minimal: boolean }
  | { atomic: false; range: PartitionKeyRange; minimal: boolean; continueOnError: boolean };

/**
 * Runs a transactional batch or a bulk request in one database transaction. When an operation of a transactional batch fails, nothing
 * is kept and the others answer 424. In a bulk request operations succeed or fail each for itself.
 * `at` is milliseconds since 1970.
 */
export function runBatch(
  file: DatabaseSync,
  container: Container,
  operations: readonly BatchOperation[],
  mode: BatchMode,
  at: number,
): BatchResult {
  container.items.reserveLsns(operations.length);
  const outcomes = mode.atomic
    ? runAtomic(file, container, operations, mode.key, at)
    : inTransaction(file, () => runEach(container, operations, mode, at));
  const charge = round(outcomes.reduce((sum, outcome) => sum + outcome.charge, 0));
  const body = `[${outcomes.map((outcome, index) => render(outcome, mode.minimal && operations[index]?.operationType !== 'Read')).join(',')}]`;
  return { body, charge, succeeded: outcomes.every(succeeded), operations: outcomes.length };
}

/** Carries the outcomes out of the transaction that is rolled back. */
class BatchFailed extends Error {
  readonly outcomes: Outcome[];
  constructor(outcomes: Outcome[]) {
    super('batch failed');
    this.outcomes = outcomes;
  }
}

function runAtomic(
  file: DatabaseSync,
  container: Container,
  operations: readonly BatchOperation[],
  key: PartitionKey,
  at: number,
): Outcome[] {
  try {
    return inTransaction(file, () => {
      const outcomes: Outcome[] = [];
      for (const [index, step] of operations.entries()) {
        const outcome = attempt(() => run(container, checkKey(step, key, container), step, at));
        outcomes.push(outcome);
        if (!succeeded(outcome)) throw new BatchFailed(failedAt(index, outcome, operations.length));
      }
      return outcomes;
    });
  } catch (error) {
    if (error instanceof BatchFailed) return error.outcomes;
    throw error;
  }
}

function failedAt(index: number, cause: Outcome, count: number): Outcome[] {
  return Array.from({ length: count }, (_, at) => (at === index ? cause : { status: 424, charge: 0 }));
}

function checkKey(step: BatchOperation, key: PartitionKey, container: Container): PartitionKey {
  if (step.partitionKey === undefined) return key;
  const own = parseFullPartitionKey(step.partitionKey, container.definition.partitionKey);
  if (own.text !== key.text)
    throw badRequest(`The operation's partition key ${own.text} is not the batch's, ${key.text}`);
  return key;
}

function runEach(
  container: Container,
  operations: readonly BatchOperation[],
  mode: { range: PartitionKeyRange; continueOnError: boolean },
  at: number,
): Outcome[] {
  let failed = false;
  return operations.map((step) => {
    if (failed && !mode.continueOnError) return { status: 424, charge: 0 };
    const outcome = attempt(() => {
      if (step.partitionKey === undefined)
        throw badRequest('The operation of a bulk request has no partitionKey');
      const key = parseFullPartitionKey(step.partitionKey, container.definition.partitionKey);
      if (key.effective < mode.range.min || key.effective >= mode.range.max) {
        throw new CosmosError(410, `Partition key ${key.text} does not belong to range ${mode.range.id}`, {
          substatus: 1002,
        });
      }
      return run(container, key, step, at);
    });
    failed ||= !succeeded(outcome);
    return outcome;
  });
}

function attempt(work: () => ItemResult): Outcome {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error;
    const { substatus, charge } = error.details;
    return {
      status: error.status,
      charge: charge ?? MINIMUM_CHARGE,
      message: error.message,
      ...(substatus === undefined ? {} : { substatus }),
    };
  }
}

function run(container: Container, key: PartitionKey, step: BatchOperation, at: number): ItemResult {
  const conditions = { ifMatch: step.ifMatch, ifNoneMatch: step.ifNoneMatch };
  switch (step.operationType) {
    case 'Create':
      return createItem(container, key, draftOf(bodyOf(step)), at);
    case 'Upsert':
      return upsertItem(container, key, draftOf(bodyOf(step)), conditions, at);
    case 'Replace':
      return replaceItem(container, key, idOf(step), draftOf(bodyOf(step)), conditions, at);
    case 'Read':
      return readItem(container, key, idOf(step), conditions, at);
    case 'Delete':
      return deleteItem(container, key, idOf(step), conditions, at);
    case 'Patch':
      return patchItem(
        container,
        key,
        idOf(step),
        parsePatch(bodyOf(step), compileCondition),
        conditions,
        at,
      );
  }
}

function idOf(step: BatchOperation): string {
  if (step.id === undefined || step.id === '')
    throw badRequest(`The ${step.operationType} operation has no id`);
  return step.id;
}

function bodyOf(step: BatchOperation): Json {
  if (step.resourceBody === undefined)
    throw badRequest(`The ${step.operationType} operation has no resourceBody`);
  return step.resourceBody as Json;
}

function succeeded(outcome: Outcome): boolean {
  return outcome.status < 400;
}

function render(outcome: Outcome, minimal: boolean): string {
  const { status, charge, etag, body, message, substatus } = outcome;
  const head = JSON.stringify({
    statusCode: status,
    subStatusCode: substatus,
    requestCharge: charge,
    eTag: etag,
    message,
  });
  return body === undefined || minimal ? head : `${head.slice(0, -1)},"resourceBody":${body}}`;
}
