import type { QuarantinedMessage } from '../../../shared/contracts/quarantine.ts';
import type { OperationsApi } from '../operations-api.ts';

const PAGE = 500;

/** What is in quarantine, page by page. */
export async function* quarantinePages(
  api: Pick<OperationsApi, 'quarantine'>,
): AsyncGenerator<readonly QuarantinedMessage[], void> {
  let continuationToken: string | undefined;
  do {
    const page = await api.quarantine({ limit: PAGE, continuationToken });
    yield page.messages;
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
}
