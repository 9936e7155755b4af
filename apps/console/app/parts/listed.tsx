import type { ComponentChildren } from 'preact';
import type { List } from '../use-list.ts';
import { type Choice, type Column, DataTable } from './data-table.tsx';
import { ErrorNotice, Loading } from './notice.tsx';

type Props<Row> = {
  readonly list: List<Row>;
  readonly caption: string;
  /** In a sentence: "Loading the runs …". */
  readonly what: string;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly empty: string;
  readonly classOf?: (row: Row) => string | undefined;
  readonly choice?: Choice | undefined;
  readonly beside?: ComponentChildren;
};

/** A list as a table, with the way to the rest of it. */
export function Listed<Row>({ list, what, ...table }: Props<Row>) {
  const { rows, state, error, readOn } = list;
  const isReading = state === 'reading';
  if (rows.length === 0 && isReading) return <Loading what={what} />;
  return (
    <>
      {error && <ErrorNotice error={error} onTryAgain={readOn} />}
      {(rows.length > 0 || !error) && <DataTable {...table} rows={rows} isPart={state !== 'complete'} />}
      {state !== 'complete' && !error && (
        <button type="button" class="button" aria-disabled={isReading} onClick={() => !isReading && readOn()}>
          {isReading ? 'Loading …' : 'Load more'}
        </button>
      )}
    </>
  );
}
