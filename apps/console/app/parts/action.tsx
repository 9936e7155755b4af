import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '../../../../shared/contracts/roles.ts';
import { type ApiError, asApiError } from '../api.ts';
import { maySee } from '../session.ts';
import { ErrorNotice, Notice } from './notice.tsx';

type Props = {
  /** The least role that the API asks for. */
  readonly least: Role;
  /** On the button. */
  readonly name: string;
  /** What is done; answers with a text that is said of it then, unless that is said elsewhere. `tell` says how far it is. */
  readonly act: (tell: (progress: string) => void) => Promise<unknown>;
  readonly children?: ComponentChildren;
  /** Asked before it is done, where it cannot be undone or is much. */
  readonly question?: string | undefined;
  readonly isDisabled?: boolean;
};

type State = {
  readonly isBusy?: true;
  readonly progress?: string;
  readonly error?: ApiError;
  readonly done?: string;
};

/** Something that is done by a press of a button, with what it needs, and what became of it. Who may not, is told so. */
export function Action({ least, name, act, children, question, isDisabled = false }: Props) {
  const [state, setState] = useState<State>({});
  if (!maySee(least))
    return (
      <p class="soft">
        {name}: needs the role {least}.
      </p>
    );
  const isHeld = state.isBusy || isDisabled;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isHeld) return;
    if (question && !confirm(question)) return;
    setState({ isBusy: true });
    try {
      const done = await act((progress) => setState({ isBusy: true, progress }));
      setState(typeof done === 'string' ? { done } : {});
    } catch (error) {
      setState({ error: asApiError(error) });
    }
  };
  return (
    <form class="form" onSubmit={submit}>
      {children}
      {/* Not `disabled`, which would take the focus from who has just pressed it. */}
      <button type="submit" class="button" aria-disabled={isHeld}>
        {state.isBusy ? `${name} …` : name}
      </button>
      {/* Stands there before anything is said in it: who listens is told of what is put into it. */}
      <div aria-live="polite">
        {state.progress && (
          <p class="loading">
            <span class="spinner" aria-hidden="true" /> {state.progress}
          </p>
        )}
        {state.done && <Notice kind="good">{state.done}</Notice>}
      </div>
      {state.error && <ErrorNotice error={state.error} />}
    </form>
  );
}
