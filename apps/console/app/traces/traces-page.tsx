import { Page } from '../parts/page.tsx';
import { TracePanel } from './trace-panel.tsx';

/** What something went through, by any of its ids. */
export function TracesPage({ id }: { id: string }) {
  return (
    <Page title={`Trace of ${id}`}>
      <TracePanel id={id} />
    </Page>
  );
}
