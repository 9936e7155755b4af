// What apps/scanner/build.mjs puts in.

/** File name of the device's worker, beside the app's script. */
declare const DEVICE_WORKER_FILE: string;

/** Every file of the app, relative to the page, with a revision where the name does not tell its content (Subresource Integrity). */
declare const PRECACHED: readonly {
  readonly url: string;
  readonly revision: string | null;
  readonly integrity: string;
}[];

/** A file that is copied beside the script under a name with its hash: its path relative to the script. */
declare module '*.wasm' {
  const path: string;
  export default path;
}

declare module '*.css';
