import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { readWithCamera } from '../input/camera.ts';
import { scanned } from '../input/scan-target.ts';
import { text } from '../state.ts';
import { Sheet } from './sheet.tsx';

const isOpen = signal(false);

export function openCamera(): void {
  isOpen.value = true;
}

/** The camera's picture until a code is in it, which then counts as scanned. */
export function CameraSheet() {
  return isOpen.value ? <Camera onClose={() => (isOpen.value = false)} /> : null;
}

function Camera({ onClose }: { readonly onClose: () => void }) {
  const { camera } = text.value;
  const video = useRef<HTMLVideoElement>(null);
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    const closing = new AbortController();
    const found = video.current && readWithCamera(video.current, closing.signal);
    found?.then(
      (code) => {
        if (code === undefined || closing.signal.aborted) return;
        onClose();
        scanned(code);
      },
      () => setRefused(true),
    );
    return () => closing.abort();
  }, []);
  return (
    <Sheet title={camera.title} onClose={onClose}>
      {isRefused ? <p role="alert">{camera.refused}</p> : <p>{camera.text}</p>}
      {!isRefused && <video ref={video} class="camera" muted playsInline aria-label={camera.title} />}
    </Sheet>
  );
}
