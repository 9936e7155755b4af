import type { DeviceStatus } from '../../core/scanner-device.ts';
import { formats, status, text } from '../state.ts';
import { Notice } from './notice.tsx';

const EXPIRES_SOON_MS = 15 * 60_000;
const CLOCK_OFF_MS = 5 * 60_000;
/** Of the storage that is granted, so much is nearly all. */
const NEARLY_FULL = 0.9;

/** What everybody who works on the device has to know now. `onSignIn`: signs out, to sign in again. */
export function Banners({ onSignIn }: { readonly onSignIn: () => void }) {
  const told = status.value;
  if (told?.user === undefined) return null;
  return (
    <>
      <SignInBanner
        left={told.signInLeftMs ?? 0}
        validUntil={told.user.validUntil}
        isOnline={told.connection === 'online'}
        onSignIn={onSignIn}
      />
      {bannersOf(told).map((words) => (
        <Notice key={words} icon="trouble" kind="wait">
          {words}
        </Notice>
      ))}
    </>
  );
}

function bannersOf({ connection, masterData, storage, clockOffsetMs = 0 }: DeviceStatus): readonly string[] {
  const { banner } = text.value;
  const isFull = storage !== undefined && storage.usedBytes > NEARLY_FULL * storage.quotaBytes;
  const isClockOff = Math.abs(clockOffsetMs) > CLOCK_OFF_MS;
  return [
    ...(connection === 'key-refused' ? [banner.keyRefused] : []),
    ...(masterData.items === 0 ? [banner.noMasterData] : []),
    ...(isFull ? [banner.storageNearlyFull] : []),
    ...(isClockOff ? [banner.clockOff(Math.round(Math.abs(clockOffsetMs) / 60_000))] : []),
  ];
}

/**
 * `left`: milliseconds, as the device counts them: its wall clock may have been put right since the sign-in. Without a network it leads
 * nowhere: an offline sign-in lasts no longer than the one before, and after its end nobody is let in to finish the task at hand.
 */
function SignInBanner({
  left,
  validUntil,
  isOnline,
  onSignIn,
}: {
  readonly left: number;
  readonly validUntil: string;
  readonly isOnline: boolean;
  readonly onSignIn: () => void;
}) {
  const { banner } = text.value;
  if (left > EXPIRES_SOON_MS) return null;
  return (
    <Notice icon="badge" kind={left > 0 ? 'wait' : 'bad'}>
      <p>{left > 0 ? banner.expiresSoon(formats.value.time(validUntil)) : banner.expired}</p>
      {isOnline ? (
        <button type="button" class="button button--small" onClick={onSignIn}>
          {banner.signInAgain}
        </button>
      ) : (
        <p>{banner.signInNeedsNetwork}</p>
      )}
    </Notice>
  );
}
