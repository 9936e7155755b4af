import { useId, useState } from 'preact/hooks';
import type { QuarantineCounts } from '../../../../shared/contracts/quarantine.ts';
import { countOf, formatNumber } from '../formats.ts';
import { Action } from '../parts/action.tsx';
import { deleteMessages, type Meant, replayMessages, restoreMessages } from './act-on-messages.ts';
import type { MessageFilter } from './message-filter.ts';

type Props = {
  readonly filter: MessageFilter;
  readonly chosen: ReadonlySet<string>;
  readonly counts: QuarantineCounts | undefined;
  /** Called with what is said of it when something has been done. */
  readonly onDone: (said: string) => void;
};

/** What can be done with several at once: with those chosen or, unless they are deleted ones, with all that the filter means. */
export function MessageActions({ filter, chosen, counts, onDone }: Props) {
  const [isAll, setAll] = useState(false);
  const isDeleted = filter.state === 'deleted';
  const scope = isAll && !isDeleted ? 'all' : 'chosen';
  const meant: Meant = scope === 'all' ? { filter } : { ids: [...chosen] };
  const what = scope === 'all' ? allOf(filter, counts) : countOf(chosen.size, 'message');
  const props = { meant, what, isDisabled: scope === 'chosen' && chosen.size === 0, onDone };
  return (
    <>
      <fieldset class="row">
        <legend class="unseen">With which messages</legend>
        <Scope
          name={`the ${formatNumber(chosen.size)} chosen`}
          isOn={scope === 'chosen'}
          onChoose={() => setAll(false)}
        />
        {!isDeleted && (
          <Scope name={allOf(filter, counts)} isOn={scope === 'all'} onChoose={() => setAll(true)} />
        )}
      </fieldset>
      <div class="columns">
        {isDeleted ? (
          <Restore ids={[...chosen]} onDone={onDone} />
        ) : (
          <>
            <Replay {...props} />
            <Delete {...props} />
          </>
        )}
      </div>
    </>
  );
}

/** In words: how many is known only where nothing but state and reason confines them. */
function allOf(filter: MessageFilter, counts: QuarantineCounts | undefined): string {
  const { state, reason, ...others } = filter;
  const which = Object.keys(filter).length > 0 ? 'all that the filter means' : 'all that wait';
  if (!counts || Object.keys(others).length > 0) return which;
  const messages = counts.counts
    .filter((count) => count.state !== 'deleted' && (!state || count.state === state))
    .filter((count) => !reason || count.reason === reason)
    .reduce((sum, count) => sum + count.messages, 0);
  return `${which} (${formatNumber(messages)}${counts.atLeast ? ' or more' : ''})`;
}

type ScopeProps = { readonly name: string; readonly isOn: boolean; readonly onChoose: () => void };

function Scope({ name, isOn, onChoose }: ScopeProps) {
  return (
    <label class="choice">
      <input type="radio" name="scope" checked={isOn} onChange={onChoose} />
      <span>{name}</span>
    </label>
  );
}

type DoProps = {
  readonly meant: Meant;
  readonly what: string;
  readonly isDisabled?: boolean;
  readonly onDone: (said: string) => void;
};

const RATES = [10, 50, 100, 500, 1_000] as const;

/** Sends them again. */
export function Replay({ meant, what, isDisabled = false, onDone }: DoProps) {
  const [perSecond, setPerSecond] = useState<number>(100);
  const [why, setWhy] = useState('');
  const id = useId();
  const isOne = 'ids' in meant && meant.ids.length === 1;
  return (
    <Action
      least="operator"
      name="Replay"
      isDisabled={isDisabled}
      question={isOne ? undefined : `Send ${what} again, at most ${perSecond} a second?`}
      act={(tell) => replayMessages(meant, perSecond, why.trim(), tell).then(andTo(onDone))}
    >
      <p>Sends to the subscription it came from. What is still wrong is put aside anew.</p>
      {!isOne && (
        <>
          <label for={id}>At most, a second</label>
          <select
            id={id}
            value={String(perSecond)}
            onChange={({ currentTarget }) => setPerSecond(Number(currentTarget.value))}
          >
            {RATES.map((rate) => (
              <option key={rate} value={String(rate)}>
                {formatNumber(rate)}
              </option>
            ))}
          </select>
        </>
      )}
      <Why value={why} onChange={setWhy} name="Why (may be left empty)" />
    </Action>
  );
}

/** Takes them out; 30 days long they can be restored. */
export function Delete({ meant, what, isDisabled = false, onDone }: DoProps) {
  const [why, setWhy] = useState('');
  return (
    <Action
      least="operator"
      name="Delete"
      isDisabled={isDisabled}
      question={`Delete ${what}? They can be restored for 30 days.`}
      act={(tell) => deleteMessages(meant, why.trim(), tell).then(andTo(onDone))}
    >
      <p>Takes them out of the quarantine. They can be restored for 30 days.</p>
      <Why value={why} onChange={setWhy} name="Why" isRequired />
    </Action>
  );
}

/** Puts deleted ones back as they were. */
export function Restore({ ids, onDone }: Pick<DoProps, 'onDone'> & { readonly ids: readonly string[] }) {
  const [why, setWhy] = useState('');
  return (
    <Action
      least="operator"
      name="Restore"
      isDisabled={ids.length === 0}
      act={(tell) => restoreMessages(ids, why.trim(), tell).then(andTo(onDone))}
    >
      <p>Puts them back into the quarantine as they were.</p>
      <Why value={why} onChange={setWhy} name="Why (may be left empty)" />
    </Action>
  );
}

/** What is said beside the button, and to whoever listens. */
function andTo(onDone: DoProps['onDone']): (said: string) => string {
  return (said) => {
    onDone(said);
    return said;
  };
}

type WhyProps = {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isRequired?: boolean;
};

function Why({ name, value, onChange, isRequired = false }: WhyProps) {
  const id = useId();
  return (
    <>
      <label for={id}>{name}</label>
      <input
        id={id}
        class="wide"
        value={value}
        required={isRequired}
        pattern={isRequired ? '.*\\S.*' : undefined}
        maxLength={500}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </>
  );
}
