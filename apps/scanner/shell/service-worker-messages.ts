/** What page and service worker say to each other. */

/** To a service worker that waits: take the place of the one that serves the pages now. */
export const TAKE_OVER = 'take-over';

/** To a page: the browser has a network again (Background Sync), so upload. */
export const UPLOAD = 'upload';
