import decodeQR from 'qr/decode.js';
import type {} from '../../../apps/scanner/app/input/camera.ts';

// A `BarcodeDetector` for QR codes: Chromium has one on Android only.
window.BarcodeDetector = class {
  static async getSupportedFormats() {
    return ['qr_code'];
  }

  async detect(video: HTMLVideoElement) {
    const { videoWidth: width, videoHeight: height } = video;
    const picture = new OffscreenCanvas(width, height).getContext('2d');
    if (picture === null || width === 0) return [];
    picture.drawImage(video, 0, 0);
    try {
      return [{ rawValue: decodeQR(picture.getImageData(0, 0, width, height)) }];
    } catch {
      // There is none in it.
      return [];
    }
  }
};
