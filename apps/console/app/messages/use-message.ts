import type { QuarantinedMessage, QuarantinePage } from '../../../../shared/contracts/quarantine.ts';
import { callApi, queryOf } from '../api.ts';
import type { List } from '../use-list.ts';
import { type Resource, useResource } from '../use-resource.ts';

type Found = { readonly message: QuarantinedMessage | undefined };

/** The message that a link names: of the list, or sought for by itself where the list, as far as it is read, has none. */
export function useMessage(
  id: string | null,
  state: string | undefined,
  list: List<QuarantinedMessage>,
): Omit<Resource<Found>, 'at'> {
  const listed = list.rows.find((message) => message.id === id);
  const isSought = !listed && (list.state === 'part' || list.state === 'complete');
  const sought = useResource(id !== null && isSought ? `${state} ${id}` : undefined, (signal) =>
    seek(id ?? '', state, signal),
  );
  return listed ? { ...sought, data: { message: listed }, error: undefined } : sought;
}

/** Through as many pages as it takes. */
async function seek(id: string, state: string | undefined, signal: AbortSignal): Promise<Found> {
  let continuationToken: string | undefined;
  do {
    const query = queryOf({ text: id, state, limit: 500, continuationToken });
    const page = await callApi<QuarantinePage>(`quarantine${query}`, { signal });
    const message = page.messages.find((one) => one.id === id);
    if (message) return { message };
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  return { message: undefined };
}
