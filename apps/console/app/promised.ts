/** What is promised of a scan: ms until the OMS sees it. */
export const PROMISED_MS = 2_000;
