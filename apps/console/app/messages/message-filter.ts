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

/** ISO 8601 UTC as an input of type `datetime-local` wants it, and back. */
export function toLocal(utc: string | undefined): string {
  if (utc === undefined) return '';
  const at = new Date(utc);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocal(local: string): string | undefined {
  return local === '' ? undefined : new Date(local).toISOString();
}
