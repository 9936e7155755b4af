import type { Action } from '../../../../shared/contracts/actions.ts';
import { callApi, queryOf } from '../api.ts';
import { words } from '../formats.ts';
import type { Column } from '../parts/data-table.tsx';
import { Listed } from '../parts/listed.tsx';
import { Page } from '../parts/page.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { addressOf } from '../router.ts';
import { useList } from '../use-list.ts';

type Answer = { readonly actions: readonly Action[]; readonly continuationToken?: string };

/** Ids that are named in the table; the export has all that the log has. */
const NAMED = 3;

const COLUMNS: readonly Column<Action>[] = [
  { name: 'When', value: ({ at }) => at, show: ({ at }) => <When at={at} /> },
  { name: 'Who', value: ({ by }) => by },
  { name: 'What', value: ({ kind }) => words(kind) },
  { name: 'State', value: outcomeOf, show: (action) => <Status state={outcomeOf(action)} /> },
  { name: 'How many', isNumber: true, value: ({ count }) => count },
  { name: 'Why', isText: true, value: ({ why }) => why },
  { name: 'Asked for', isText: true, value: ({ asked }) => asked && askedFor(asked) },
  { name: 'To what', value: ({ ids }) => ids.join(' '), show: (action) => <Ids action={action} /> },
];

/** Who did what to the fabric, when and why. */
export function ActionsPage() {
  const list = useList<Action>('actions', async (continuationToken, signal) => {
    const page = await callApi<Answer>(`actions${queryOf({ top: 200, continuationToken })}`, { signal });
    return { rows: page.actions, next: page.continuationToken };
  });
  return (
    <Page title="Action log">
      <p class="about">
        Every replay, deletion and restoration of messages, every reconciliation that was asked for, and every
        step in an investigation; the newest first. What is begun and never done, nobody knows how it ended.
      </p>
      <Listed
        list={list}
        caption="Actions"
        what="the action log"
        columns={COLUMNS}
        keyOf={({ actionId }) => actionId}
        beside={<ReadAgain onPress={list.readAgain} />}
        empty="Nobody has done anything yet."
      />
    </Page>
  );
}

/** What was refused, or found nothing to do, came to an end too. */
function outcomeOf({ status, count }: Action): string {
  return status === 'done' && count === 0 ? 'nothing-done' : status;
}

function askedFor(asked: NonNullable<Action['asked']>): string {
  return Object.entries(asked)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

function Ids({ action: { kind, ids, count } }: { action: Action }) {
  if (ids.length === 0) return <>–</>;
  const more = count - Math.min(NAMED, ids.length);
  return (
    <>
      {ids.slice(0, NAMED).map((id) => {
        const to = addressFor(kind, id);
        return <div key={id}>{to ? <a href={to}>{id}</a> : id}</div>;
      })}
      {more > 0 && <div class="soft">and {more} more</div>}
    </>
  );
}

/** Where it can be looked at. What was replayed is no longer there. */
function addressFor(kind: Action['kind'], id: string): string | undefined {
  switch (kind) {
    case 'request-reconciliation':
      return addressOf(['reconciliation', 'runs', id]);
    case 'delete-messages':
      return addressOf(['messages'], { state: 'deleted', id });
    case 'restore-messages':
      return addressOf(['messages'], { id });
    case 'replay-messages':
      return undefined;
    default:
      return addressOf(['investigations', id]);
  }
}
