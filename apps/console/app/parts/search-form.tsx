import { useEffect, useId, useState } from 'preact/hooks';
import { addressOf, go } from '../router.ts';

type Props = {
  /** Of what: the first segment of where it leads, and where it is remembered. */
  readonly kind: 'items' | 'orders';
  readonly label: string;
  readonly example: string;
};

/** Looked at last in this browser. */
const KEPT = 8;

/** Leads to one thing by its id, and to those that were looked at before. */
export function SearchForm({ kind, label, example }: Props) {
  const [id, setId] = useState('');
  const input = useId();
  const open = (event: Event) => {
    event.preventDefault();
    if (id.trim() !== '') go([kind, id.trim()]);
  };
  const recent = recentOf(kind);
  return (
    <search>
      <form class="search" onSubmit={open}>
        <label for={input}>{label}</label>
        <input
          id={input}
          value={id}
          placeholder={example}
          maxLength={64}
          autocomplete="off"
          spellcheck={false}
          required
          onInput={({ currentTarget }) => setId(currentTarget.value)}
        />
        <button type="submit" class="button button--main">
          Open
        </button>
      </form>
      {recent.length > 0 && (
        <p class="recent">
          Looked at last:{' '}
          {recent.map((known) => (
            <a key={known} href={addressOf([kind, known])}>
              {known}
            </a>
          ))}
        </p>
      )}
    </search>
  );
}

/** Remembers what is looked at, once it is known to exist. */
export function useRecent(kind: Props['kind'], id: string, exists: boolean): void {
  useEffect(() => {
    if (!exists) return;
    const others = recentOf(kind).filter((known) => known !== id);
    localStorage.setItem(keyOf(kind), JSON.stringify([id, ...others].slice(0, KEPT)));
  }, [kind, id, exists]);
}

function recentOf(kind: Props['kind']): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(kind)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((known) => typeof known === 'string') : [];
  } catch {
    return [];
  }
}

function keyOf(kind: Props['kind']): string {
  return `stockbridge-console.recent-${kind}`;
}
