import type { InputBinding } from '../input-binding.ts';
import { HostStartError } from '../startup-error.ts';
import { API_PATH, type LinkTarget, managementUrls, RPC_PATH } from './http-api-links.ts';

/** The `durableClient` input: the same text for every invocation. @throws HostStartError when another task hub is named. */
export const durableClientInput: InputBinding = (fn, binding, { origin, hostJson, keys }) => {
  for (const option of ['taskHub', 'connectionName']) {
    if (binding[option] === undefined) continue;
    throw new HostStartError(`not supported: ${option} of the durableClient input of function ${fn.name}`);
  }
  const { hubName } = hostJson.durableTask;
  const data = { string: durableClientData({ origin, hubName, systemKey: keys.durabletask_extension }) };
  return () => data;
};

/**
 * What a function with a `durableClient` input is given (H:durable-client-binding): the client of `durable-functions` parses it,
 * calls `rpcBaseUrl` and hands out the management URLs. On the real host these have the scheme https, which is not served here.
 * @returns JSON text
 */
export function durableClientData(target: LinkTarget): string {
  const { origin, hubName, systemKey } = target;
  const baseUrl = `${origin}${API_PATH}`;
  const start = `${baseUrl}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName: hubName,
    connectionName: null,
    creationUrls: {
      createNewInstancePostUri: `${start}?code=${systemKey}`,
      createAndWaitOnNewInstancePostUri: `${start}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&code=${systemKey}`,
    },
    managementUrls: managementUrls(target, 'INSTANCEID'),
    baseUrl,
    requiredQueryStringParameters: `code=${systemKey}`,
    rpcBaseUrl: `${origin}${RPC_PATH}/`,
    httpBaseUrl: null,
    maxGrpcMessageSizeInBytes: null,
    grpcHttpClientTimeout: null,
  });
}
