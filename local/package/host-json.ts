import { StackError } from '../stack/start-error.ts';

/** Where orchestrations are kept, as parameter `durableBackend` of `infra/main.bicep` calls it. */
const BACKENDS = ['azureStorage', 'durableTaskScheduler'] as const;
export type DurableBackend = (typeof BACKENDS)[number];

/** Task hub, and the setting with its address, that `infra/main.bicep` makes. */
const SCHEDULER = {
  hubName: 'stockbridge',
  storageProvider: {
    type: 'azureManaged',
    connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING',
  },
};

/**
 * `host.json` as it is deployed. The backend of Durable Functions stands in the file: a setting would override it for the
 * host only, while what scales the app reads the file, and would watch the queues of a storage that nobody uses
 * (https://github.com/Azure/azure-functions-durable-extension/issues/2622).
 *
 * @param text of `host.json`, which names no backend: the storage of the host
 */
export function deployedHostJson(text: string, backend: DurableBackend): string {
  if (backend === 'azureStorage') return text;
  const host = JSON.parse(text);
  const durableTask = { ...host.extensions.durableTask, ...SCHEDULER };
  return `${JSON.stringify({ ...host, extensions: { ...host.extensions, durableTask } }, undefined, 2)}\n`;
}

/**
 * The backend that the app is packaged for.
 *
 * @throws {StackError} when there is none of that name
 */
export function readDurableBackend({
  DURABLE_BACKEND,
}: {
  readonly DURABLE_BACKEND?: string;
}): DurableBackend {
  if (!DURABLE_BACKEND) return 'azureStorage';
  const found = BACKENDS.find((one) => one === DURABLE_BACKEND);
  if (found) return found;
  throw new StackError(`DURABLE_BACKEND is ${DURABLE_BACKEND}: it must be ${BACKENDS.join(' or ')}.`);
}
