import type { Trace, TraceRecord, Traces } from '../../../../shared/contracts/traces.ts';
import { callApi, queryOf } from '../api.ts';
import { countOf, formatDuration } from '../formats.ts';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Notice } from '../parts/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { When } from '../parts/when.tsx';
import { useResource } from '../use-resource.ts';
import { Waterfall } from './waterfall.tsx';

/** Each trace that names an event, an order or a message: who did what when, from the scan or the order on. */
export function TracePanel({ id }: { id: string }) {
  const traces = useResource(id, (signal) => callApi<Traces>(`traces${queryOf({ id })}`, { signal }));
  return (
    <Panel
      title="Traces"
      about="What it went through, in all programs."
      beside={<ReadAgain onPress={traces.reload} />}
    >
      <Loaded resource={traces} what="the traces">
        {({ recorded, traces: found }) =>
          found.length > 0 ? (
            found.map((trace, index) => <OneTrace key={trace.traceId} trace={trace} isOpen={index === 0} />)
          ) : (
            <NoTrace id={id} isRecorded={recorded} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function NoTrace({ id, isRecorded }: { id: string; isRecorded: boolean }) {
  if (isRecorded) {
    return (
      <p class="empty">
        No trace in the files names {id}. Spans are written some seconds after they end, and files of 64 MB
        are kept.
      </p>
    );
  }
  return (
    <Notice kind="plain">
      <p>
        No traces are kept in files here. On a laptop{' '}
        <code>STOCKBRIDGE_TELEMETRY_DIR=.stockbridge/telemetry npm start</code> keeps them; in Azure they are
        in Application Insights, where <code>{id}</code> finds them.
      </p>
    </Notice>
  );
}

function OneTrace({ trace, isOpen }: { trace: Trace; isOpen: boolean }) {
  const { traceId, startedAt, durationMs, spans, records, more } = trace;
  const services = countOf(new Set(spans.map(({ service }) => service)).size, 'program');
  return (
    <details open={isOpen}>
      <summary>
        <When at={startedAt} />, {formatDuration(durationMs)}, {countOf(spans.length, 'span')} in {services}
      </summary>
      <p class="about">
        Trace <code>{traceId}</code>
        {more && '; it is large, and not all of it is shown'}
      </p>
      <Waterfall trace={trace} />
      {records.length > 0 && (
        <DataTable
          caption={`Records of ${traceId}`}
          columns={RECORD_COLUMNS}
          rows={records}
          keyOf={(record) => JSON.stringify(record)}
          empty=""
        />
      )}
    </details>
  );
}

const RECORD_COLUMNS: readonly Column<TraceRecord>[] = [
  { name: 'When', value: ({ at }) => at, show: ({ at }) => <When at={at} /> },
  { name: 'Severity', value: ({ severity }) => severity },
  { name: 'What', value: ({ message }) => message },
  { name: 'Program', value: ({ service }) => service },
  {
    name: 'About',
    isText: true,
    value: ({ attributes }) =>
      Object.entries(attributes)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
  },
];
