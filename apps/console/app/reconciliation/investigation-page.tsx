import { useEffect, useRef } from 'preact/hooks';
import type { Investigation, ListedDiscrepancy } from '../../../../shared/contracts/investigation.ts';
import { callApi, pathOf } from '../api.ts';
import { countOf, formatNumber, words } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { addressOf } from '../router.ts';
import { useResource } from '../use-resource.ts';
import { FOUND_COLUMN } from './discrepancy-columns.tsx';
import { InvestigationActions } from './investigation-actions.tsx';

const LIVE_MS = 5_000;

const COLUMNS: readonly Column<ListedDiscrepancy>[] = [
  FOUND_COLUMN,
  { name: 'Class', value: (found) => words(found.class) },
  { name: 'Location', value: ({ locationId, allocationId }) => locationId ?? allocationId },
  { name: 'Lot', value: ({ lotNumber }) => lotNumber },
  { name: 'WMS', isNumber: true, value: ({ expected }) => expected },
  { name: 'Cloud', isNumber: true, value: ({ found }) => found },
];

/** What differs, what has been done about it, and what can be. */
export function InvestigationPage({ investigationId }: { investigationId: string }) {
  const investigation = useResource(
    investigationId,
    (signal) => callApi<Investigation>(pathOf('investigations', investigationId), { signal }),
    LIVE_MS,
  );
  useFocusWhenClosed(investigation.data?.status);
  return (
    <Page title={`Investigation ${investigationId}`}>
      <Loaded resource={investigation} what="the investigation">
        {(data) => (
          <>
            <Facts investigation={data} />
            <Panel title="What differs" about={moreOf(data)}>
              <DataTable
                caption={`Discrepancies of ${investigationId}`}
                columns={COLUMNS}
                rows={data.discrepancies}
                keyOf={({ discrepancyId }) => discrepancyId}
                isPart={data.discrepancies.length < data.discrepancyCount}
                empty="Nothing is listed."
              />
            </Panel>
            {data.recount && <Recount recount={data.recount} />}
            {data.status !== 'closed' && (
              <Panel title="What can be done">
                <InvestigationActions investigation={data} onDone={investigation.reload} />
              </Panel>
            )}
            <Panel title="What happened" about="The oldest first.">
              <Steps investigation={data} />
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** What can be done goes when it is closed, with the button that closed it. */
function useFocusWhenClosed(status: string | undefined): void {
  const before = useRef(status);
  useEffect(() => {
    const wasOpen = before.current !== undefined && before.current !== 'closed';
    before.current = status;
    if (status !== 'closed' || !wasOpen || document.activeElement !== document.body) return;
    document.querySelector('h1')?.focus({ preventScroll: true });
  }, [status]);
}

function Facts({ investigation }: { investigation: Investigation }) {
  const { status, itemId, warehouseId, assignee, openedAt, closedAt, closedBecause, explanation } =
    investigation;
  return (
    <>
      <p class="facts">
        <span role="status">
          <Status state={status} />
        </span>{' '}
        {itemId === null ? (
          `The whole warehouse ${warehouseId}`
        ) : (
          <>
            Item <a href={addressOf(['items', itemId], { warehouse: warehouseId })}>{itemId}</a> in{' '}
            {warehouseId}
          </>
        )}
        , {assignee ? `assigned to ${assignee}` : 'assigned to nobody'}, opened <When at={openedAt} />
        {closedAt && (
          <>
            , closed <When at={closedAt} />
            {closedBecause === 'recount-agreed' ? ' because the recount agreed' : ' by a user'}
          </>
        )}
      </p>
      {explanation && (
        <p class="facts">
          <b>{words(explanation.cause)}</b>, says {explanation.by}: {explanation.text}
        </p>
      )}
    </>
  );
}

function moreOf({ discrepancies, discrepancyCount }: Investigation): string | undefined {
  return discrepancies.length < discrepancyCount
    ? `The newest ${discrepancies.length} of ${formatNumber(discrepancyCount)}.`
    : undefined;
}

function Recount({
  recount: { askedAt, askedBy, positions },
}: {
  recount: NonNullable<Investigation['recount']>;
}) {
  return (
    <Panel
      title="Recount"
      about={
        <>
          {countOf(positions.length, 'position')}, asked for by {askedBy} <When at={askedAt} />
        </>
      }
    >
      <DataTable
        caption="Positions to count"
        columns={[
          { name: 'Location', value: ({ locationId }) => locationId },
          { name: 'Lot', value: ({ lotNumber }) => lotNumber },
          { name: 'Counted', isNumber: true, value: ({ counted }) => counted?.onHand },
          { name: 'Books said', isNumber: true, value: ({ counted }) => counted?.expected },
          {
            name: 'By',
            value: ({ counted }) => counted?.by,
            show: ({ counted }) => counted?.by ?? 'not counted yet',
          },
          {
            name: 'When',
            value: ({ counted }) => counted?.at,
            show: ({ counted }) => <When at={counted?.at} />,
          },
        ]}
        rows={positions}
        keyOf={({ locationId, lotNumber }) => `${locationId}|${lotNumber}`}
        empty="No position."
      />
    </Panel>
  );
}

function Steps({ investigation: { steps, stepCount } }: { investigation: Investigation }) {
  return (
    <>
      {stepCount > steps.length && (
        <p class="about">
          The newest {steps.length} of {stepCount}.
        </p>
      )}
      <ol class="timeline">
        {steps.map(({ at, by, action, detail }) => (
          <li key={`${at}${action}${detail}`}>
            <p>
              <b>{words(action)}</b> by {by}
            </p>
            <p>{detail}</p>
            <p class="soft">
              <When at={at} />
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}
