import { z } from 'zod';
import { inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import type { WmsLedger } from '../../../shared/ports/wms-ledger.ts';

/** Thrown when the WMS adapter does not hand out its ledger. The message is one line and says what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

const PAGE = 1_000;
const TIMEOUT_MS = 30_000;

const pageSchema = z.object({ events: z.array(inventoryEventSchema), next: z.string().optional() });

/** Reads `GET /api/v1/ledger` of a WMS adapter, page by page; `probe` asks for one event only. @throws {LedgerError} */
export function httpWmsLedger(adapter: {
  readonly url: string;
  readonly key: string | undefined;
}): WmsLedger & { probe(): Promise<void> } {
  return {
    probe: async () => void (await readPage(adapter, undefined, 1)),
    async *readEvents() {
      let after: string | undefined;
      do {
        const page = await readPage(adapter, after, PAGE);
        yield page.events;
        after = page.next;
      } while (after !== undefined);
    },
  };
}

async function readPage(
  { url, key }: { readonly url: string; readonly key: string | undefined },
  after: string | undefined,
  limit: number,
) {
  const address = new URL('/api/v1/ledger', url);
  address.searchParams.set('limit', String(limit));
  if (after !== undefined) address.searchParams.set('after', after);
  const response = await ask(address, key);
  if (response.status === 401) {
    throw new LedgerError(
      `The WMS adapter at ${url} asks for a key: set STOCKBRIDGE_ADAPTER_KEY to the one it was started with.`,
    );
  }
  if (!response.ok) throw new LedgerError(`The WMS adapter at ${url} answered ${response.status}.`);
  const parsed = pageSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LedgerError(
    `The ledger of ${url} is not one of a WMS adapter: ${issue?.path.join('.') || 'the body'} ${issue?.message}.`,
  );
}

async function ask(address: URL, key: string | undefined): Promise<Response> {
  try {
    return await fetch(address, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    });
  } catch {
    throw new LedgerError(
      `The WMS adapter does not answer at ${address.origin}: start it (npm start), or set WmsAdapterUrl to where it runs.`,
    );
  }
}
