import { computed } from '@preact/signals';
import { clearFlash, flash } from '../feedback.ts';
import { pasting, stopPasting } from '../input/scan-target.ts';
import { text } from '../state.ts';
import { Icon } from './icon.tsx';

// One message after another, as most come while somebody works, is drawn as a text that changes, and no more.
const kind = computed(() => flash.value?.kind);
const message = computed(() => flash.value?.message ?? '');
const action = computed(() => flash.value?.action);
const goodNews = computed(() => (kind.value === 'refused' ? '' : message.value));
const badNews = computed(() => (kind.value === 'refused' ? message.value : ''));

const ICONS = { accepted: 'check', refused: 'trouble', told: 'reason' } as const;

/** What came of the last scan, and how far a long paste has come. The live regions say it aloud. */
export function FlashBar() {
  const { common } = text.value;
  const paste = pasting.value;
  if (paste) {
    return (
      <div class="flash flash--told">
        <div class="flash__text">
          <p>{common.pasted(paste.done, paste.all)}</p>
          <progress max={paste.all} value={paste.done} aria-label={common.pasted(paste.done, paste.all)} />
        </div>
        <button type="button" class="flash__action" onClick={stopPasting}>
          {common.stop}
        </button>
      </div>
    );
  }
  if (kind.value === undefined) return null;
  return (
    <div class={`flash flash--${kind.value}`}>
      <Icon name={ICONS[kind.value]} />
      <p class="flash__text">{message}</p>
      {action.value ? (
        <button
          type="button"
          class="flash__action"
          onClick={() => {
            const run = action.value?.run;
            clearFlash();
            run?.();
          }}
        >
          {action.value.label}
        </button>
      ) : (
        <button type="button" class="icon-button" aria-label={common.close} onClick={clearFlash}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

/** Stays on the page whatever screen is shown, so that screen readers follow it. */
export function LiveRegions() {
  return (
    <>
      <div class="unseen" role="status">
        {goodNews}
      </div>
      <div class="unseen" role="alert">
        {badNews}
      </div>
    </>
  );
}
