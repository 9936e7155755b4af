import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { asApiError } from '../api.ts';
import { place } from '../router.ts';
import { ErrorNotice } from './notice.tsx';
import { Page } from './page.tsx';

/** Says that a page can not be drawn, in its place: otherwise nothing would be there, or what was before it. */
export function TellsDefect({ children }: { readonly children: ComponentChildren }) {
  const [defect, tryAgain] = useErrorBoundary();
  const where = place.value;
  // Another place may have none.
  useEffect(() => {
    if (defect !== undefined) tryAgain();
  }, [where]);
  if (defect === undefined) return <>{children}</>;
  return (
    <Page title="This page can not be shown">
      <ErrorNotice error={asApiError(defect)} onTryAgain={tryAgain} />
    </Page>
  );
}
