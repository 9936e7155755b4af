import type { ComponentChildren } from 'preact';
import { useId, useMemo, useState } from 'preact/hooks';
import { type CsvValue, csvOf, download } from '../csv.ts';
import { countOf, formatNumber } from '../formats.ts';
import { sortedRows } from './sorted-rows.ts';

export type Column<Row> = {
  readonly name: string;
  /** What it is sorted and exported by, and shown as unless there is `show`. */
  readonly value: (row: Row) => CsvValue;
  readonly show?: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
  /** Sentences, which take several lines; anything else stays on one. */
  readonly isText?: boolean;
};

type Props<Row> = {
  /** Says what the rows are; also the name of the exported file. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /**
   * What the elements of a row belong to. Its own name: focus goes with it where rows come and go. Its place on the page:
   * the next rows get the elements of these, which is half the work; for what stays as it is while somebody looks.
   */
  readonly keyOf: (row: Row, place: number) => string;
  /** What is said where there are no rows. */
  readonly empty: ComponentChildren;
  readonly classOf?: (row: Row) => string | undefined;
  /** True where there are rows that have not been read; the export says so. */
  readonly isPart?: boolean;
  readonly beside?: ComponentChildren;
  /** Where rows can be chosen: the keys of those that are. */
  readonly choice?: Choice | undefined;
};

export type Choice = {
  readonly chosen: ReadonlySet<string>;
  readonly choose: (keys: ReadonlySet<string>) => void;
};

/** Rows that are put on the page at a time: as many as are made, laid out and drawn within 50 ms on a slow machine. */
const PAGE = 50;

/** A table that can be sorted, paged and exported. All its rows are here already, so that none of it waits. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
  empty,
  classOf,
  isPart,
  beside,
  choice,
}: Props<Row>) {
  const [order, setOrder] = useState<{ column: number; isDescending: boolean }>();
  const [page, setPage] = useState(0);
  const id = useId();
  // What is live is drawn every 2 s: a long table is not sorted anew each time.
  const sorted = useMemo(() => {
    const column = order && columns[order.column];
    return column ? sortedRows(rows, column.value, order.isDescending) : rows;
  }, [rows, columns, order]);
  const last = lastPage(sorted.length);
  const shown = Math.min(page, last);
  const sortBy = (column: number) => {
    setPage(0);
    setOrder((before) =>
      before?.column !== column
        ? { column, isDescending: false }
        : before.isDescending
          ? undefined
          : { column, isDescending: true },
    );
  };
  return (
    <div class="table">
      <div class="table-head">
        <p id={id} class="caption">
          {caption}{' '}
          <span class="soft">
            ({formatNumber(rows.length)}
            {isPart && ', not all'})
          </span>
        </p>
        {beside}
        <button
          type="button"
          class="button button--small"
          disabled={rows.length === 0}
          aria-label={`Export CSV: ${caption}`}
          onClick={() => exportRows(caption, columns, sorted, isPart)}
        >
          Export CSV
        </button>
      </div>
      {rows.length === 0 ? (
        <p class="empty">{empty}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable)
        <section class="table-scroll" tabIndex={0} aria-labelledby={id}>
          <table aria-labelledby={id}>
            <thead>
              <tr>
                {choice && <ChooseAll choice={choice} keys={rows.map(keyOf)} />}
                {columns.map(({ name, isNumber }, index) => (
                  <th
                    key={name}
                    scope="col"
                    class={isNumber ? 'number' : undefined}
                    aria-sort={
                      order?.column === index ? (order.isDescending ? 'descending' : 'ascending') : undefined
                    }
                  >
                    <button type="button" class="sort" onClick={() => sortBy(index)}>
                      {name}
                      <span aria-hidden="true">
                        {order?.column === index && (order.isDescending ? ' ↓' : ' ↑')}
                      </span>
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sorted.slice(shown * PAGE, (shown + 1) * PAGE).map((row, place) => (
                <tr key={keyOf(row, place)} class={classOf?.(row)}>
                  {choice && <Choose choice={choice} of={keyOf(row, place)} />}
                  {columns.map((column) => (
                    <td key={column.name} class={classOfCell(column)}>
                      {column.show ? column.show(row) : plain(column.value(row))}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {last > 0 && <Pages caption={caption} rows={sorted.length} shown={shown} turnTo={setPage} />}
    </div>
  );
}

type PagesProps = {
  readonly caption: string;
  readonly rows: number;
  readonly shown: number;
  readonly turnTo: (page: number) => void;
};

/** Where in the rows one is, and the way to the others. */
function Pages({ caption, rows, shown, turnTo }: PagesProps) {
  const last = lastPage(rows);
  const [from, to] = [shown * PAGE + 1, Math.min((shown + 1) * PAGE, rows)];
  const button = (name: string, page: number, isDisabled: boolean) => (
    // Not `disabled`: who turns to the last page keeps the focus.
    <button
      type="button"
      class="button button--small"
      aria-disabled={isDisabled}
      onClick={() => !isDisabled && turnTo(page)}
    >
      {name}
    </button>
  );
  return (
    <nav class="pages" aria-label={`Pages: ${caption}`}>
      {button('First', 0, shown === 0)}
      {button('Previous', shown - 1, shown === 0)}
      <span>
        {formatNumber(from)} to {formatNumber(to)} of {countOf(rows, 'row')}
      </span>
      {button('Next', shown + 1, shown === last)}
      {button('Last', last, shown === last)}
    </nav>
  );
}

function lastPage(rows: number): number {
  return Math.max(0, Math.ceil(rows / PAGE) - 1);
}

/** Chooses all rows of the table, those on its other pages too, or none. */
function ChooseAll({ choice: { chosen, choose }, keys }: { choice: Choice; keys: readonly string[] }) {
  const count = keys.filter((key) => chosen.has(key)).length;
  return (
    <th scope="col" class="choose">
      <input
        type="checkbox"
        aria-label="Choose all"
        checked={count > 0 && count === keys.length}
        indeterminate={count > 0 && count < keys.length}
        onChange={({ currentTarget }) => choose(new Set(currentTarget.checked ? keys : []))}
      />
    </th>
  );
}

function Choose({ choice: { chosen, choose }, of }: { choice: Choice; of: string }) {
  return (
    <td class="choose">
      <input
        type="checkbox"
        aria-label={`Choose ${of}`}
        checked={chosen.has(of)}
        onChange={({ currentTarget }) =>
          choose(
            currentTarget.checked
              ? new Set([...chosen, of])
              : new Set([...chosen].filter((key) => key !== of)),
          )
        }
      />
    </td>
  );
}

function classOfCell<Row>({ isNumber, isText }: Column<Row>): string | undefined {
  if (isNumber) return 'number';
  return isText ? 'text' : undefined;
}

function plain(value: CsvValue): string {
  if (value === null || value === undefined || value === '') return '–';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}

function exportRows<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  isPart: boolean | undefined,
): void {
  const header = columns.map(({ name }) => name);
  const values = rows.map((row) => columns.map(({ value }) => value(row)));
  const name = `${caption}${isPart ? ' (part)' : ''}`.replaceAll(/[^\w.-]+/g, '-').toLowerCase();
  download(`${name}.csv`, csvOf(header, values));
}
