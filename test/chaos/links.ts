/** Connections of the stack that go through proxies: who calls, and whom. */
export const LINK_NAMES = [
  'adapter → bus',
  'functions → bus',
  'functions → cosmos',
  'functions → storage',
  'scanners → adapter',
  'oms → functions',
] as const;
export type LinkName = (typeof LINK_NAMES)[number];
