/** Path of the HTTP API. */
export const API_PATH = '/runtime/webhooks/durabletask';

/**
 * Path of the same API for the SDK in this process: what the binding calls `rpcBaseUrl`. No key and no task hub are asked
 * for, so it must never be reachable from elsewhere; the host listens on 127.0.0.1 only.
 */
export const RPC_PATH = '/durabletask';

/** Name of the storage connection that links carry; there is one. */
export const CONNECTION_NAME = 'Storage';

/** Where links point to, and what they have in their query. */
export interface LinkTarget {
  /** `http://HOST` */
  origin: string;
  hubName: string;
  systemKey: string;
}

/**
 * The URLs that manage one instance, in the order and spelling of the real host (H:start, H:durable-client-binding).
 * @param instanceId encoded into the URLs as a form value is: a space becomes `+`.
 */
export function managementUrls({ origin, hubName, systemKey }: LinkTarget, instanceId: string) {
  const instance = `${origin}${API_PATH}/instances/${formEncode(instanceId)}`;
  const query = `taskHub=${hubName}&connection=${CONNECTION_NAME}&code=${systemKey}`;
  return {
    id: instanceId,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/** `WebUtility.UrlEncode` of .NET: only letters, digits and `-_.!*()` stay as they are. */
function formEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[~']/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
