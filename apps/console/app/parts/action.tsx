import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '../../../../shared/contracts/roles.ts';
import { ApiError } from '../api.ts';
import { maySee } from '../session.ts';
import { ErrorNotice, Notice } from './notice.tsx';

type Props = {
  /** The least role that the API asks for. */
  readonly least: Role;
  /** On the button. */
  readonly name: string;
  /** What is done; answers with what is said of it then. */
  readonly act: () => Promise<string>;
  readonly children?: ComponentChildren;
  /** Asked before it is done, where it cannot be undone. */
  readonly question?: string;
};

/** Something that is done by a press of a button, with what it needs, and what became of it. Who may not, is told so. */
export function Action({ least, name, act, children, question }: Props) {
  const [state, setState] = useState<{ isBusy?: true; error?: ApiError; done?: string }>({});
  if (!maySee(least))
    return (
      <p class="soft">
        {name}: needs the role {least}.
      </p>
    );
  const submit = async (event: Event) => {
    event.preventDefault();
    if (question && !confirm(question)) return;
    setState({ isBusy: true });
    try {
      setState({ done: await act() });
    } catch (error) {
      setState({ error: error instanceof ApiError ? error : new ApiError(0, 'Unexpected', String(error)) });
    }
  };
  return (
    <form class="form" onSubmit={submit}>
      {children}
      <button type="submit" class="button" disabled={state.isBusy}>
        {state.isBusy ? `${name} …` : name}
      </button>
      {state.error && <ErrorNotice error={state.error} />}
      {state.done && <Notice kind="good">{state.done}</Notice>}
    </form>
  );
}
