import type { QuarantinedMessage } from '../../../shared/contracts/quarantine.ts';
import type { OperationsApi } from '../operations-api.ts';
import type { filterQuery } from './selection.ts';

const PAGE = 500;

/** What a filter lets through of the quarantine, page by page; one may have few or none. */
export async function* quarantinePages(
  api: Pick<OperationsApi, 'quarantine'>,
  filter: ReturnType<typeof filterQuery>,
): AsyncGenerator<readonly QuarantinedMessage[], void> {
  let continuationToken: string | undefined;
  do {
    const page = await api.quarantine({ ...filter, limit: PAGE, continuationToken });
    yield page.messages;
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
}
