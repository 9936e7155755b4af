/** Seconds that orders and settled lines stay for people and auditors after their last change: 400 days. */
export const SETTLED_TTL_SECONDS = 400 * 24 * 3600;
