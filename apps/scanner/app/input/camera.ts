/** https://wicg.github.io/shape-detection-api/#barcode-detection-api: Chrome on Android has it, TypeScript's library does not. */
type Detector = { detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]> };
type DetectorClass = {
  new (options?: { formats?: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
};

declare global {
  interface Window {
    BarcodeDetector?: DetectorClass;
  }
}

/** Milliseconds between two looks. */
const LOOK_MS = 150;

/** Whether codes can be read with the camera here. */
export function hasCamera(): boolean {
  return window.BarcodeDetector !== undefined && navigator.mediaDevices?.getUserMedia !== undefined;
}

/**
 * Shows the camera in `video` until a code is seen or `signal` is aborted; undefined then.
 * @throws DOMException when the camera may not be used, or there is none
 */
export async function readWithCamera(
  video: HTMLVideoElement,
  signal: AbortSignal,
): Promise<string | undefined> {
  const Detector = window.BarcodeDetector;
  if (Detector === undefined) return undefined;
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  try {
    video.srcObject = stream;
    await video.play();
    return await look(new Detector(), video, signal);
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

async function look(
  detector: Detector,
  video: HTMLVideoElement,
  signal: AbortSignal,
): Promise<string | undefined> {
  while (!signal.aborted) {
    const [code] = await detector.detect(video);
    if (code !== undefined && code.rawValue !== '') return code.rawValue;
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  return undefined;
}
