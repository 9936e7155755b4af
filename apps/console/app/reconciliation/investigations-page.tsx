import type {
  InvestigationStatus,
  InvestigationSummary,
} from '../../../../shared/contracts/investigation.ts';
import { callApi, queryOf } from '../api.ts';
import { words } from '../formats.ts';
import type { Column } from '../parts/data-table.tsx';
import { Field } from '../parts/field.tsx';
import { Listed } from '../parts/listed.tsx';
import { Page } from '../parts/page.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { Select } from '../parts/select.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { addressOf, setQuery } from '../router.ts';
import { session } from '../session.ts';
import { useList } from '../use-list.ts';

type Answer = {
  readonly investigations: readonly InvestigationSummary[];
  readonly continuationToken?: string;
};

const STATES: Readonly<Record<InvestigationStatus | 'open', string>> = {
  open: 'all that are open',
  opened: 'opened',
  assigned: 'assigned',
  'recount-asked': 'recount asked',
  recounted: 'recounted',
  explained: 'explained',
  closed: 'closed',
};

const COLUMNS: readonly Column<InvestigationSummary>[] = [
  {
    name: 'Investigation',
    value: ({ investigationId }) => investigationId,
    show: ({ investigationId }) => (
      <a href={addressOf(['investigations', investigationId])}>{investigationId}</a>
    ),
  },
  { name: 'State', value: ({ status }) => status, show: ({ status }) => <Status state={status} /> },
  { name: 'Assignee', value: ({ assignee }) => assignee, show: ({ assignee }) => assignee ?? 'nobody' },
  { name: 'Discrepancies', isNumber: true, value: ({ discrepancyCount }) => discrepancyCount },
  { name: 'Opened', value: ({ openedAt }) => openedAt, show: ({ openedAt }) => <When at={openedAt} /> },
  { name: 'Changed', value: ({ changedAt }) => changedAt, show: ({ changedAt }) => <When at={changedAt} /> },
  {
    name: 'Escalated',
    value: ({ escalatedAt }) => escalatedAt,
    show: ({ escalatedAt }) => <When at={escalatedAt} />,
  },
  { name: 'Cause', value: ({ explanation }) => explanation && words(explanation.cause) },
];

/** What is being looked into, and what was. */
export function InvestigationsPage({ query }: { query: URLSearchParams }) {
  const status = query.get('status') ?? 'open';
  const warehouseId = query.get('warehouse') ?? undefined;
  const assignee = query.get('assignee') ?? undefined;
  const wanted = { status: status === 'all' ? undefined : status, warehouseId, assignee };
  const list = useList<InvestigationSummary>(JSON.stringify(wanted), async (continuationToken, signal) => {
    const path = `investigations${queryOf({ ...wanted, top: 200, continuationToken })}`;
    const page = await callApi<Answer>(path, { signal });
    return { rows: page.investigations, next: page.continuationToken };
  });
  const me = session.value.kind === 'signed-in' ? session.value.person.name : '';
  return (
    <Page title="Investigations">
      <div class="toolbar">
        <Select
          label="State"
          value={status}
          options={[...Object.entries(STATES), ['all', 'all']]}
          onChoose={(chosen) => setQuery({ status: chosen })}
        />
        <Field
          label="Warehouse"
          value={warehouseId ?? ''}
          placeholder="all"
          size={10}
          maxLength={64}
          onEntered={(entered) => setQuery({ warehouse: entered.trim() })}
        />
        <Select
          label="Assigned to"
          value={assignee ?? ''}
          options={assigneesOf(me, assignee)}
          onChoose={(chosen) => setQuery({ assignee: chosen })}
        />
        <ReadAgain onPress={list.readAgain} />
      </div>
      <Listed
        list={list}
        caption="Investigations"
        what="the investigations"
        columns={COLUMNS}
        keyOf={({ investigationId }) => investigationId}
        empty="No investigation is like that."
      />
    </Page>
  );
}

/** Whoever looks, and whom the address names: it may have been sent by somebody else. */
function assigneesOf(me: string, named: string | undefined): readonly (readonly [string, string])[] {
  const others = named !== undefined && named !== me ? [[named, named] as const] : [];
  return [['', 'anybody'], [me, `me (${me})`], ...others];
}
