import { type Signal, useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { DeviceCard } from '../../core/scanner-device.ts';
import { accepted, clearFlash, refused } from '../feedback.ts';
import { scanned, useScanTarget } from '../input/scan-target.ts';
import { back } from '../navigation.ts';
import { Empty, Loading } from '../parts/notice.tsx';
import { OpenButton } from '../parts/open-button.tsx';
import { Screen } from '../parts/screen.tsx';
import { ask, said, text } from '../state.ts';
import { problemWords, troubleWords } from '../text/server-words.ts';

/** What may be the name of a device, and a key. */
const NAME = /^[!-~]{1,64}$/;
const KEY = /^[!-~]{1,256}$/;

/** Makes the device one of a warehouse: by the card that an administrator hands out, or by hand. */
export function SetUp({ onBack = null }: { readonly onBack?: (() => void) | null }) {
  const { setUp } = text.value;
  const isTyping = useSignal(false);
  const isWorking = useSignal(false);

  async function enrol(card: DeviceCard): Promise<void> {
    clearFlash();
    isWorking.value = true;
    const answer = await ask((device) => device.enrol(card));
    isWorking.value = false;
    switch (answer?.kind) {
      case 'enrolled':
        accepted(setUp.done(card.scannerId));
        if (onBack) back();
        break;
      case 'refused':
        refused(setUp.refused(problemWords(said.value, answer.problem)));
        break;
      case 'unsettled':
        refused(setUp.unsettled(answer.scans, answer.scannerId));
        break;
      case 'other-key':
        refused(setUp.otherKey(card.scannerId, answer.scannerId));
        break;
      case 'no-answer':
        refused(
          answer.trouble.kind === 'no-answer' ? setUp.noAnswer : troubleWords(said.value, answer.trouble),
        );
        break;
      case undefined:
        break;
    }
  }

  useScanTarget(({ deviceCard }) => {
    if (deviceCard === undefined || isWorking.value) {
      refused(setUp.notACard);
      return 'refused';
    }
    void enrol(deviceCard);
    return 'taken';
  });

  if (isWorking.value)
    return (
      <Screen title={setUp.title} onBack={null}>
        <Loading label={setUp.working} />
      </Screen>
    );
  if (isTyping.value)
    return (
      <CardByHand
        onDone={enrol}
        onBack={() => {
          isTyping.value = false;
        }}
      />
    );
  return (
    <Screen
      title={setUp.title}
      onBack={onBack}
      actions={<OpenButton label={setUp.byHand} isOpen={isTyping} />}
    >
      <Empty icon="device" title={setUp.waiting}>
        <p>{setUp.text}</p>
      </Empty>
    </Screen>
  );
}

function CardByHand({
  onDone,
  onBack,
}: {
  readonly onDone: (card: DeviceCard) => Promise<void>;
  readonly onBack: () => void;
}) {
  const { setUp } = text.value;
  const scannerId = useSignal('');
  const key = useSignal('');
  const formId = useId();

  // Name and key may be scanned or pasted here too, each by itself, or both as a card.
  useScanTarget(({ code, deviceCard }) => {
    if (deviceCard) {
      void onDone(deviceCard);
      return 'taken';
    }
    const [field, form] = code.startsWith('sbk_') ? [key, KEY] : [scannerId, NAME];
    // What somebody has typed stays.
    if (field.value !== '' || !form.test(code)) {
      refused(setUp.notACard);
      return 'refused';
    }
    clearFlash();
    field.value = code;
    return 'taken';
  });

  return (
    <Screen
      title={setUp.title}
      onBack={onBack}
      actions={
        <button
          type="submit"
          form={formId}
          class="button button--primary"
          aria-disabled={scannerId.value.trim() === ''}
        >
          {setUp.setUp}
        </button>
      }
    >
      <form
        id={formId}
        class="stack"
        onPaste={(event) => {
          const pasted = event.clipboardData?.getData('text/plain').trim() ?? '';
          if (!pasted.startsWith('stockbridge:device?')) return;
          event.preventDefault();
          scanned(pasted);
        }}
        onSubmit={(event) => {
          event.preventDefault();
          const id = scannerId.value.trim();
          const entered = key.value.trim();
          if (id !== '') void onDone({ scannerId: id, ...(entered !== '' && { key: entered }) });
        }}
      >
        <CardField label={setUp.scannerId} value={scannerId} most={64} capitals="characters" />
        <CardField label={setUp.key} value={key} most={256} capitals="none" hint={setUp.keyHint} />
      </form>
    </Screen>
  );
}

function CardField({
  label,
  value,
  most,
  capitals,
  hint,
}: {
  readonly label: string;
  readonly value: Signal<string>;
  /** Characters. */
  readonly most: number;
  /** Which letters the keys of the screen write. */
  readonly capitals: 'characters' | 'none';
  readonly hint?: string;
}) {
  const id = useId();
  const hintId = useId();
  return (
    <>
      <label class="label" for={id}>
        {label}
      </label>
      <input
        id={id}
        class="input"
        autocomplete="off"
        autocapitalize={capitals}
        maxLength={most}
        {...(hint !== undefined && { 'aria-describedby': hintId })}
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
      {hint !== undefined && (
        <p id={hintId} class="small">
          {hint}
        </p>
      )}
    </>
  );
}
