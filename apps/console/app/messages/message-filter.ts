const FIELDS = ['state', 'reason', 'subscription', 'itemId', 'text', 'from', 'to'] as const;

export type FilterField = (typeof FIELDS)[number];

/** What the list is confined to, as the API takes it; what is not there is any. */
export type MessageFilter = Readonly<Partial<Record<FilterField, string>>>;

/** Out of the page's address. */
export function readFilter(query: URLSearchParams): MessageFilter {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = query.get(field);
      return value ? [[field, value]] : [];
    }),
  );
}
