import { useId, useState } from 'preact/hooks';
import type { Investigation } from '../../../../shared/contracts/investigation.ts';
import { callApi, pathOf } from '../api.ts';
import { words } from '../formats.ts';
import { Action } from '../parts/action.tsx';
import { session } from '../session.ts';

type Cause = NonNullable<Investigation['explanation']>['cause'];

const CAUSES: Readonly<Record<Cause, string>> = {
  'lost-event': 'an event was lost',
  'integration-defect': 'a defect of the integration',
  'manual-change': 'changed by hand',
  'theft-or-damage': 'theft or damage',
  miscount: 'miscounted',
  restore: 'the WMS was restored',
  other: 'something else',
};

type Props = { readonly investigation: Investigation; readonly onDone: () => void };

/** What a controller can do with an investigation; what it does not allow now, the API refuses and says why. */
export function InvestigationActions({ investigation, onDone }: Props) {
  const { investigationId, itemId, status } = investigation;
  const send: Send = async (path, body, said) => {
    await callApi(`${pathOf('investigations', investigationId)}/${path}`, { method: 'POST', body });
    onDone();
    return said;
  };
  return (
    <div class="columns">
      <Assign send={send} />
      {itemId !== null && (
        <Action
          least="controller"
          name="Ask for a recount"
          act={() => send('recount', {}, 'The warehouse is asked to count.')}
        >
          <p>Of all positions that its discrepancies are about.</p>
        </Action>
      )}
      <Explain send={send} />
      <Action least="controller" name="Close" act={() => send('closure', {}, 'Closed.')}>
        <p>
          {status === 'explained' ? 'It is explained and can be closed.' : 'It has to be explained first.'}
        </p>
      </Action>
    </div>
  );
}

/** Asks for it; answers with what is said of it then. */
type Send = (path: string, body: object, said: string) => Promise<string>;

function Assign({ send }: { readonly send: Send }) {
  const me = session.value.kind === 'signed-in' ? session.value.person.name : '';
  const [assignee, setAssignee] = useState(me);
  const id = useId();
  const act = () => {
    const name = assignee.trim();
    return send('assignment', { assignee: name }, `Assigned to ${name}.`);
  };
  return (
    <Action least="controller" name="Assign" act={act}>
      <label for={id}>To</label>
      <input
        id={id}
        value={assignee}
        required
        maxLength={256}
        onInput={({ currentTarget }) => setAssignee(currentTarget.value)}
      />
    </Action>
  );
}

function Explain({ send }: { readonly send: Send }) {
  const [cause, setCause] = useState('lost-event');
  const [text, setText] = useState('');
  const id = useId();
  const act = () => send('explanation', { cause, text }, `Explained: ${words(cause)}.`);
  return (
    <Action least="controller" name="Explain" act={act}>
      <label for={`${id}-cause`}>Cause</label>
      <select
        id={`${id}-cause`}
        value={cause}
        onChange={({ currentTarget }) => setCause(currentTarget.value)}
      >
        {Object.entries(CAUSES).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <label for={`${id}-text`}>What happened</label>
      <textarea
        id={`${id}-text`}
        value={text}
        required
        maxLength={2_000}
        rows={3}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </Action>
  );
}
