import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api.ts';

type Props = { readonly kind: 'good' | 'wait' | 'bad' | 'plain'; readonly children: ComponentChildren };

export function Notice({ kind, children }: Props) {
  return (
    <div class={`notice notice--${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

/** What went wrong, and what can be done about it. Not being allowed is said as what it is. */
export function ErrorNotice({
  error,
  onTryAgain,
}: {
  error: ApiError;
  onTryAgain?: (() => void) | undefined;
}) {
  return (
    <Notice kind={error.status === 403 ? 'wait' : 'bad'}>
      <p>
        <b>{error.title}.</b> {error.message}
      </p>
      {onTryAgain && error.status !== 403 && (
        <button type="button" class="button" onClick={onTryAgain}>
          Try again
        </button>
      )}
    </Notice>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" /> Loading {what} …
    </p>
  );
}
