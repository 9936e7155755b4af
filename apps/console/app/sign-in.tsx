import { useId, useState } from 'preact/hooks';
import { ROLES, type Role } from '../../../shared/contracts/roles.ts';
import { ErrorNotice, Loading, Notice } from './parts/notice.tsx';
import { Page } from './parts/page.tsx';
import { holder, openSession, session, signInAsDeveloper, signOut, way } from './session.ts';

const MAY: Readonly<Record<Role, string>> = {
  reader: 'sees everything',
  controller: 'also works investigations and asks for reconciliations',
  operator: 'also replays messages and acts on orders',
};

/** What stands in place of a page until somebody has signed in who may see it. The address stays, and leads there then. */
export function SignIn() {
  const now = session.value;
  switch (now.kind) {
    case 'opening':
      return <Loading what="the console" />;
    case 'failed':
      return (
        <Page title="The console can not be opened">
          <ErrorNotice error={now.error} onTryAgain={() => void openSession()} />
        </Page>
      );
    case 'not-allowed':
      return (
        <Page title="Not allowed">
          <Notice kind="wait">
            <p>{now.because}</p>
            <p>Whoever runs this installation gives roles: reader, controller or operator.</p>
          </Notice>
          <button type="button" class="button" onClick={signOut}>
            Sign in as somebody else
          </button>
        </Page>
      );
    case 'signed-out':
      return (
        <Page title="Sign in">
          {now.because && <Notice kind="wait">{now.because}</Notice>}
          {way.value === 'development' && <DeveloperForm />}
          {way.value === 'entra' && <EntraLink />}
          {way.value === 'none' && <NoWay />}
        </Page>
      );
    case 'signed-in':
      return null;
  }
}

function EntraLink() {
  const here = `${location.pathname}${location.search}`;
  const isAgain = holder.value !== undefined;
  return (
    <p>
      <a
        class="button button--main"
        target={isAgain ? '_blank' : undefined}
        href={`/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(here)}`}
      >
        Sign in with Microsoft
      </a>
      {isAgain && ' In another tab: come back to this one then, what was typed here is kept.'}
    </p>
  );
}

function NoWay() {
  return (
    <Notice kind="wait">
      <p>Nobody can sign in here. Whoever runs this installation has to set one of these:</p>
      <ul>
        <li>on Azure: Authentication of the function app, with Microsoft as provider</li>
        <li>
          on a laptop: <code>STOCKBRIDGE_ENV=development</code> (<code>npm start</code> sets it)
        </li>
      </ul>
    </Notice>
  );
}

function DeveloperForm() {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const id = useId();
  const submit = (event: Event) => {
    event.preventDefault();
    if (name.trim() !== '') void signInAsDeveloper({ name: name.trim(), role });
  };
  return (
    <form class="form" onSubmit={submit}>
      <p>This is a development installation: say who you are. It holds for this tab.</p>
      <label for={id}>Name</label>
      <input
        id={id}
        value={name}
        required
        maxLength={64}
        pattern="[A-Za-z0-9]([A-Za-z0-9._ \-]*[A-Za-z0-9._\-])?"
        title="letters, digits, dot, underscore, hyphen and inner spaces"
        autocomplete="username"
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <fieldset>
        <legend>Role</legend>
        {ROLES.map((known) => (
          <label key={known} class="choice">
            <input type="radio" name="role" checked={role === known} onChange={() => setRole(known)} />
            <span>
              <b>{known}</b> {MAY[known]}
            </span>
          </label>
        ))}
      </fieldset>
      <button type="submit" class="button button--main">
        Sign in
      </button>
    </form>
  );
}
