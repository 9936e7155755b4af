import { useSignal } from '@preact/signals';
import { accepted, clearFlash, refused } from '../feedback.ts';
import { useScanTarget } from '../input/scan-target.ts';
import { Keypad } from '../parts/keypad.tsx';
import { Empty, Loading } from '../parts/notice.tsx';
import { OpenButton } from '../parts/open-button.tsx';
import { Screen } from '../parts/screen.tsx';
import { TextSheet } from '../parts/text-sheet.tsx';
import { ask, formats, now, said, status, text } from '../state.ts';
import { troubleWords } from '../text/server-words.ts';

const LEAST_DIGITS = 4;
const MOST_DIGITS = 12;

/** Says who works: the badge names, the PIN proves. */
export function SignIn() {
  const { signIn, refused: words } = text.value;
  const badge = useSignal<string | undefined>(undefined);
  const pin = useSignal('');
  const isTyping = useSignal(false);
  const isWorking = useSignal(false);

  function take(scanned: string): void {
    clearFlash();
    badge.value = scanned;
    pin.value = '';
    isTyping.value = false;
  }

  useScanTarget((meaning) => {
    if (meaning.badge === undefined || isWorking.value) {
      refused(meaning.deviceCard ? words['device-card']() : signIn.notABadge);
      return 'refused';
    }
    take(meaning.badge);
    accepted(meaning.badge);
    return 'taken';
  });

  async function enter(): Promise<void> {
    const { value } = badge;
    if (value === undefined || pin.value.length < LEAST_DIGITS || isWorking.value) return;
    const entered = pin.value;
    pin.value = '';
    isWorking.value = true;
    const answer = await ask((device) => device.signIn(value, entered));
    isWorking.value = false;
    const { moment, time } = formats.value;
    switch (answer?.kind) {
      case 'signed-in': {
        const { name, isOffline, validUntil } = answer.user;
        accepted(
          isOffline ? signIn.welcomeOffline(name, moment(validUntil, now.value)) : signIn.welcome(name),
        );
        break;
      }
      case 'wrong':
        refused(signIn.wrong);
        break;
      case 'locked':
        refused(signIn.locked(time(answer.until)));
        break;
      case 'unknown-offline':
        refused(
          answer.trouble
            ? signIn.unknownHere(troubleWords(said.value, answer.trouble))
            : signIn.unknownOffline,
        );
        break;
      case undefined:
        break;
    }
  }

  const waiting = status.value?.counts.queued ?? 0;
  if (isWorking.value)
    return (
      <Screen title={signIn.title} onBack={null}>
        <Loading label={signIn.working} />
      </Screen>
    );
  if (badge.value === undefined)
    return (
      <Screen
        title={signIn.title}
        subtitle={status.value?.device?.scannerId}
        onBack={null}
        actions={<OpenButton label={signIn.typeBadge} isOpen={isTyping} />}
      >
        <Empty icon="badge" title={signIn.scanBadge}>
          {waiting > 0 && <p>{signIn.queueStays(waiting)}</p>}
        </Empty>
        {isTyping.value && (
          <TextSheet
            title={signIn.typeBadge}
            label={signIn.badge}
            most={64}
            onDone={take}
            onClose={() => {
              isTyping.value = false;
            }}
          />
        )}
      </Screen>
    );
  return (
    <Screen
      title={signIn.pin}
      subtitle={badge.value}
      onBack={() => {
        clearFlash();
        badge.value = undefined;
      }}
      actions={
        <button
          type="button"
          class="button button--primary"
          aria-disabled={pin.value.length < LEAST_DIGITS}
          onClick={() => void enter()}
        >
          {signIn.enter}
        </button>
      }
    >
      <output class="pin" aria-label={signIn.digits(pin.value.length)}>
        {Array.from({ length: Math.max(LEAST_DIGITS, pin.value.length) }, (_, index) => (
          <span key={index} class={index < pin.value.length ? 'pin__dot pin__dot--full' : 'pin__dot'} />
        ))}
      </output>
      <Keypad
        onDigit={(digit) => {
          clearFlash();
          pin.value = `${pin.value}${digit}`.slice(0, MOST_DIGITS);
        }}
        onDelete={() => {
          pin.value = pin.value.slice(0, -1);
        }}
        onEnter={() => void enter()}
        remember={() => {
          const entered = pin.value;
          return () => {
            pin.value = entered;
          };
        }}
      />
    </Screen>
  );
}
