import { clearFlash, flash } from '../feedback.ts';
import { pasting, stopPasting } from '../input/scan-target.ts';
import { text } from '../state.ts';
import { Icon } from './icon.tsx';

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
  const shown = flash.value;
  if (shown === undefined) return null;
  return (
    <div class={`flash flash--${shown.kind}`}>
      <Icon name={ICONS[shown.kind]} />
      <p class="flash__text">{shown.message}</p>
      {shown.action ? (
        <button
          type="button"
          class="flash__action"
          onClick={() => {
            const run = shown.action?.run;
            clearFlash();
            run?.();
          }}
        >
          {shown.action.label}
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
  const shown = flash.value;
  return (
    <>
      <div class="unseen" role="status">
        {shown !== undefined && shown.kind !== 'refused' ? shown.message : ''}
      </div>
      <div class="unseen" role="alert">
        {shown?.kind === 'refused' ? shown.message : ''}
      </div>
    </>
  );
}
