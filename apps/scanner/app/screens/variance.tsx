import { formats, text } from '../state.ts';
import type { Counted } from './use-counting.ts';

/** What was counted beside what the books said: only now, as a count is blind. */
export function Variance({ counted: { name, counted, expected } }: { readonly counted: Counted }) {
  const { count } = text.value;
  const { number, change } = formats.value;
  const difference = expected === undefined ? undefined : counted - expected;
  return (
    <section class={difference === 0 ? 'variance variance--none' : 'variance'} aria-label={count.variance}>
      <h2>{name}</h2>
      <dl class="figures">
        <div>
          <dt>{count.counted}</dt>
          <dd>{number(counted)}</dd>
        </div>
        {expected !== undefined && difference !== undefined && (
          <>
            <div>
              <dt>{count.expected}</dt>
              <dd>{number(expected)}</dd>
            </div>
            <div>
              <dt>{count.difference}</dt>
              <dd>{change(difference)}</dd>
            </div>
          </>
        )}
      </dl>
      <p>{differenceWords(difference)}</p>
    </section>
  );
}

function differenceWords(difference: number | undefined): string {
  const { count } = text.value;
  const { number } = formats.value;
  if (difference === undefined) return count.unknown;
  if (difference === 0) return count.agrees;
  return difference > 0 ? count.more(number(difference)) : count.fewer(number(-difference));
}
